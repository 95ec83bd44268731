package network.assay.testchain.devnet;

import java.nio.file.Path;

/**
 * One process holds eight roles, and a terminal holds one person: what the roles log goes to a
 * file.
 */
final class DevnetLogging {
  private DevnetLogging() {}

  /** Must run before the first logger is made. logback.xml of this module reads the property. */
  static void to(Path file) {
    System.setProperty("assay.log", file.toString());
    System.setProperty("java.util.logging.config.class", QuietJdkLogging.class.getName());
  }

  /** gRPC and Tomcat use the JDK's logging; its console handler has no business here. */
  public static final class QuietJdkLogging {
    public QuietJdkLogging() {
      java.util.logging.Logger root = java.util.logging.LogManager.getLogManager().getLogger("");
      if (root != null) {
        root.setLevel(java.util.logging.Level.WARNING);
      }
    }
  }
}
