package network.assay.agent.evidence.tee;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** open, ioctl and close of the C library, by the foreign-function interface. */
@SuppressWarnings("restricted") // the only native calls of this module
final class NativeDevice implements AutoCloseable {
  private static final int O_RDWR = 2;
  private static final int O_CLOEXEC = 0x80000;
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");

  // open and ioctl are variadic: what follows their fixed arguments is passed as such.
  private static final MethodHandle OPEN =
      handle(
          "open",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle IOCTL =
      handle(
          "ioctl",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE =
      LINKER.downcallHandle(
          symbol("close"), FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private final int descriptor;
  private final String path;

  private NativeDevice(int descriptor, String path) {
    this.descriptor = descriptor;
    this.path = path;
  }

  private static MethodHandle handle(String name, FunctionDescriptor type, Linker.Option variadic) {
    return LINKER.downcallHandle(symbol(name), type, CAPTURE, variadic);
  }

  private static MemorySegment symbol(String name) {
    SymbolLookup lookup = LINKER.defaultLookup();
    return lookup
        .find(name)
        .orElseThrow(() -> new IllegalStateException("the C library has no " + name));
  }

  /** Opens a device for reading and writing. */
  static NativeDevice open(String path) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int descriptor = (int) OPEN.invokeExact(state, arena.allocateFrom(path), O_RDWR | O_CLOEXEC);
      if (descriptor < 0) {
        throw new IOException("cannot open " + path + ": errno " + (int) ERRNO.get(state, 0L));
      }
      return new NativeDevice(descriptor, path);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException("cannot call open: " + e, e);
    }
  }

  /** One request. */
  void ioctl(long request, MemorySegment argument) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int result = (int) IOCTL.invokeExact(state, descriptor, request, argument);
      if (result < 0) {
        throw new IOException(path + " refuses: errno " + (int) ERRNO.get(state, 0L));
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException("cannot call ioctl: " + e, e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      int result = (int) CLOSE.invokeExact(descriptor);
      if (result < 0) {
        throw new IOException("cannot close " + path);
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException("cannot call close: " + e, e);
    }
  }
}
