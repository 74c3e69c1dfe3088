"""Notifications to browsers that let us push (RFC 8030, 8188, 8291, 8292): short, sealed for one browser, signed by us.

`endpoints` says where a browser may let us send, `encryption` seals what is sent, `vapid` signs it, `http` sends it.
"""
