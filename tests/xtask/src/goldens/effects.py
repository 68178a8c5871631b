# Prints dis.stack_effect for operands of every size: opcode, operand, effect on the way on, effect when it jumps.
import opcode

for name, op in sorted(opcode.opmap.items()):
    if name.startswith("INSTRUMENTED_"):
        continue
    for arg in (0, 1, 2, 3, 4, 5, 255, 256, 300, 1000) if op in opcode.hasarg else (None,):
        ways = [opcode.stack_effect(op, arg, jump=jump) for jump in (False, True)]
        print(name, 0 if arg is None else arg, *ways)
