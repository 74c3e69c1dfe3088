"""How words move: mail, text messages, notifications to browsers. Leaves: they know no model and no request."""
