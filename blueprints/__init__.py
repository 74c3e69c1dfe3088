"""The pages, by who looks at them: `public` before sign-in, `portal` for customers, `office` for staff."""
