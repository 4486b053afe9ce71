"""RTSP 1.0 over one TCP connection (RFC 2326), without sockets: messages, logins, descriptions, pictures out of packets."""
