"""What every page needs: look-ups, the page-or-fragment answer, form fields, formats, the frame and the headers."""
