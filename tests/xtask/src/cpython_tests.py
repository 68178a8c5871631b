# Runs one file of CPython's test-suite and prints a line for each test: its outcome, its name and, unless it passed, the
# last line of the traceback. Run by `cargo xtask cpython-tests` in CPython and in bytelens.
import sys
import unittest

library, name = sys.argv[1:3]
sys.path.append(library)


class Result(unittest.TestResult):
    def tell(self, outcome, test, why=""):
        text = str(why).strip().replace("\n", " ")
        sys.__stdout__.write(f"@ {outcome} {test.id()} {text}\n")
        sys.__stdout__.flush()

    def startTest(self, test):
        super().startTest(test)
        self.bad = False
        self.tell("start", test)

    def addSuccess(self, test):
        if not self.bad:
            self.tell("passed", test)

    def why(self, err):
        return f"{err[0].__name__}: {err[1]}"

    def addFailure(self, test, err):
        self.bad = True
        self.tell("failed", test, self.why(err))

    def addError(self, test, err):
        self.bad = True
        self.tell("error", test, self.why(err))

    def addSkip(self, test, reason):
        self.tell("skipped", test, reason)

    def addExpectedFailure(self, test, err):
        self.tell("passed", test)

    def addUnexpectedSuccess(self, test):
        self.tell("failed", test, "unexpected success")

    def addSubTest(self, test, subtest, err):
        if err is not None and not self.bad:
            self.bad = True
            self.tell("failed" if issubclass(err[0], test.failureException) else "error", test, self.why(err))


suite = unittest.defaultTestLoader.loadTestsFromName("test." + name)
suite(Result())
sys.__stdout__.write("@ end\n")
