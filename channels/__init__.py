"""How words move: mail now, text messages and web push later. Leaves: they know no model and no request."""
