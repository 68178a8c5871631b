value = "a leaf"
