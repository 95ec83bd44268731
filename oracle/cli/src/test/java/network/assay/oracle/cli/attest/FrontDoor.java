package network.assay.oracle.cli.attest;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import network.assay.oracle.cli.OracleCliCommand;
import network.assay.oracle.verify.fixture.ca.TestAuthority;

/** {@code assay attest verify} over bytes of a test: exit code, a space, and what it printed. */
record FrontDoor(Path folder) {

  String verdict(byte[] evidence, List<byte[]> collateral, List<byte[]> roots, String... more)
      throws Exception {
    List<String> args =
        new ArrayList<>(List.of("attest", "verify", "--evidence", file("evidence", evidence)));
    args.addAll(List.of("--at", Long.toString(TestAuthority.NOW.getEpochSecond()), "--json"));
    files("--collateral", collateral, args);
    files("--roots", roots, args);
    args.addAll(List.of(more));
    StringWriter out = new StringWriter();
    PrintWriter to = new PrintWriter(out, true);
    int code = OracleCliCommand.execute(to, to, args.toArray(String[]::new));
    return code + " " + out;
  }

  private void files(String option, List<byte[]> all, List<String> args) throws Exception {
    if (!all.isEmpty()) {
      args.add(option);
      for (byte[] one : all) {
        args.add(file("beside", one));
      }
    }
  }

  private String file(String name, byte[] bytes) throws Exception {
    Path own = Files.createTempDirectory(folder, "f");
    return Files.write(own.resolve(name), bytes).toString();
  }
}
