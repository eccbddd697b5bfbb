"""What tests share: databases, a fixed cast, a client that checks every page it gets."""
