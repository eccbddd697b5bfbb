"""Archive packages (案卷): everything of a letter or a case as one ZIP that verifies itself."""
