"""The one table of files: attachments, scans and PDFs."""
