package network.assay.testchain.devnet;

import java.util.ArrayList;
import java.util.List;

/** How to start another Java process like this one: same Java, same class path, lean options. */
public final class JavaCommand {
  private JavaCommand() {}

  public static List<String> same() {
    String java =
        ProcessHandle.current()
            .info()
            .command()
            .orElse(System.getProperty("java.home") + "/bin/java");
    List<String> command = new ArrayList<>(List.of(java));
    command.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx1g"));
    command.add("-Dassay.home=" + AssayHome.find());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    return command;
  }
}
