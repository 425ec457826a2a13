"""Parameters for TypeScript notebooks, as `papermill notebook.ipynb out.ipynb -p steps 10` gives them."""

# First of all: papermill loads our plug-in while it is being imported, and both would otherwise wait for each other.
import papermill  # noqa: F401
