"""Field types: small classes, one idea a file, that answer a fixed set of questions. `Text("name")` is a field."""
