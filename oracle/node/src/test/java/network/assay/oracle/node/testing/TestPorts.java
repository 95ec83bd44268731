package network.assay.oracle.node.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that are stopped and started again at the same place: below those that the
 * system gives to outgoing connections (32,768 and up on Linux), one of which could hold the port
 * in between.
 */
public final class TestPorts {
  private static final int FIRST = 20_000;
  private static final int END = 32_000;
  private static final int TRIES = 200;

  private TestPorts() {}

  /** A port of the loopback interface on which nobody listens now. */
  public static int free() {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        // Another one, then.
      }
    }
    throw new IllegalStateException(
        TRIES + " ports between " + FIRST + " and " + END + " are taken; want a free one");
  }
}
