"""What `duality doctor` looks at, a module for each part of a home."""
