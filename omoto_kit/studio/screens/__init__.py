"""The studio's screens: what each shows and does, without any widget."""
