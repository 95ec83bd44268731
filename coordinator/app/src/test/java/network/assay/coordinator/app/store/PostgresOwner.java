package network.assay.coordinator.app.store;

import java.io.IOException;
import java.nio.file.Path;

/** A process of its own that owns a database folder until it is killed. */
public final class PostgresOwner {
  private PostgresOwner() {}

  public static void main(String[] args) throws IOException {
    PostgresServer server = PostgresServer.start(Path.of(args[0]));
    System.out.println("READY " + server.pid() + " " + server.jdbcUrl());
    System.in.read(); // for ever: the test kills us
    server.close();
  }
}
