"""What must not pass on as it stands: secrets and personal data are masked, invisible characters are shown."""
