package network.assay.agent.runtime.container;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A system call filter for bubblewrap, which brings none: a classic BPF program (linux/seccomp.h,
 * linux/bpf_common.h) that refuses with EPERM what no work in a container needs and what kernels
 * were broken by: namespaces and mounts, modules, keys, BPF, tracing, handles, raw io, clocks.
 */
final class Seccomp {
  private static final int LOAD_WORD = 0x20;
  private static final int JUMP_EQUAL = 0x15;
  private static final int JUMP_AT_LEAST = 0x35;
  private static final int JUMP_SET = 0x45;
  private static final int RETURN = 0x06;

  private static final int ALLOW = 0x7fff_0000;
  private static final int KILL = 0x8000_0000;
  private static final int EPERM = 0x0005_0000 | 1;
  private static final int ENOSYS = 0x0005_0000 | 38;

  private static final int NUMBER_AT = 0;
  private static final int ARCHITECTURE_AT = 4;
  private static final int FIRST_ARGUMENT_AT = 16;
  private static final int SECOND_ARGUMENT_AT = 24;
  private static final int X32_BIT = 0x4000_0000;

  /** CLONE_NEWTIME of unshare, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
  private static final int NAMESPACES = 0x7e02_0080;

  private static final int TIOCSTI = 0x5412;
  private static final int CLONE3 = 435;

  /** A processor's numbers: its audit code, clone, ioctl, and what is refused. */
  private record Machine(int audit, int cloneCall, int ioctlCall, List<Integer> refused) {}

  /**
   * From 424 on all machines have the same numbers; open_tree … fspick, io_uring, mount_setattr.
   */
  private static final List<Integer> COMMON =
      List.of(425, 426, 427, 428, 429, 430, 431, 432, 433, 442);

  private static final Map<String, Machine> MACHINES =
      Map.of(
          "amd64",
              new Machine(
                  0xc000_003e,
                  56,
                  16,
                  List.of(
                      101, 103, 134, 135, 139, 153, 155, 156, 159, 161, 163, 164, 165, 166, 167,
                      168, 169, 172, 173, 174, 175, 176, 177, 178, 179, 180, 212, 227, 246, 248,
                      249, 250, 256, 272, 279, 298, 303, 304, 305, 308, 310, 311, 312, 313, 320,
                      321, 323)),
          "aarch64",
              new Machine(
                  0xc000_00b7,
                  220,
                  29,
                  List.of(
                      18, 39, 40, 41, 42, 51, 58, 60, 89, 92, 97, 104, 105, 106, 112, 116, 117, 142,
                      170, 171, 217, 218, 219, 224, 225, 238, 239, 241, 264, 265, 266, 268, 270,
                      271, 272, 273, 280, 282, 294)));

  private final List<int[]> program = new ArrayList<>();

  private Seccomp() {}

  /** The filter for this processor; empty where its numbers are not known here. */
  static Optional<byte[]> filter(String architecture) {
    return Optional.ofNullable(MACHINES.get(architecture))
        .map(machine -> new Seccomp().of(machine));
  }

  private byte[] of(Machine machine) {
    add(LOAD_WORD, 0, 0, ARCHITECTURE_AT);
    add(JUMP_EQUAL, 1, 0, machine.audit());
    add(RETURN, 0, 0, KILL);
    add(LOAD_WORD, 0, 0, NUMBER_AT);
    // The x32 numbers are other names for the same calls.
    add(JUMP_AT_LEAST, 0, 1, X32_BIT);
    add(RETURN, 0, 0, ENOSYS);
    // Its flags lie in memory, where no filter can read: libraries fall back on clone.
    add(JUMP_EQUAL, 0, 1, CLONE3);
    add(RETURN, 0, 0, ENOSYS);
    for (int number : machine.refused()) {
      refuse(number);
    }
    COMMON.forEach(this::refuse);
    add(JUMP_EQUAL, 0, 3, machine.cloneCall());
    add(LOAD_WORD, 0, 0, FIRST_ARGUMENT_AT);
    add(JUMP_SET, 0, 1, NAMESPACES);
    add(RETURN, 0, 0, EPERM);
    add(LOAD_WORD, 0, 0, NUMBER_AT);
    add(JUMP_EQUAL, 0, 3, machine.ioctlCall());
    add(LOAD_WORD, 0, 0, SECOND_ARGUMENT_AT);
    add(JUMP_EQUAL, 0, 1, TIOCSTI);
    add(RETURN, 0, 0, EPERM);
    add(RETURN, 0, 0, ALLOW);
    return bytes();
  }

  private void refuse(int number) {
    add(JUMP_EQUAL, 0, 1, number);
    add(RETURN, 0, 0, EPERM);
  }

  private void add(int code, int ifTrue, int ifFalse, int value) {
    program.add(new int[] {code, ifTrue, ifFalse, value});
  }

  private byte[] bytes() {
    ByteBuffer out = ByteBuffer.allocate(program.size() * 8).order(ByteOrder.nativeOrder());
    for (int[] step : program) {
      out.putShort((short) step[0]).put((byte) step[1]).put((byte) step[2]).putInt(step[3]);
    }
    return out.array();
  }
}
