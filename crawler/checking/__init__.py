"""What the block of a source finds on a fetched page: a finding for each selector, path and step. Pure."""
