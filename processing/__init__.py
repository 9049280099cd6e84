"""Image and machine-learning code as a library, plus one thin Django edge (store, tasks, apps, checks)."""
