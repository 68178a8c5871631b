"""What `site` puts into builtins."""
print(exit, quit, type(copyright), type(help), help)
print(credits)
print(copyright)
try:
    exit(3)
except SystemExit as error:
    print(error.code)
quit("for good")
