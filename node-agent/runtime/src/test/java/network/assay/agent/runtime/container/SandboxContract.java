package network.assay.agent.runtime.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import network.assay.agent.execute.container.ContainerLimits;
import network.assay.agent.execute.container.ContainerOutcome;
import network.assay.agent.execute.container.ContainerSpec;
import network.assay.agent.execute.container.EndReason;
import network.assay.agent.execute.container.ImageDigest;
import network.assay.agent.execute.container.InputFile;
import network.assay.agent.execute.container.NetworkRule;
import network.assay.agent.execute.container.OutputFile;
import network.assay.agent.execute.container.OutputRule;
import network.assay.agent.execute.container.RunId;
import network.assay.agent.execute.container.Sandbox;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ContentRoot;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What every sandbox must do, and what the hostile must not get out of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SandboxContract {
  private static final long MIB = 1 << 20;
  private static final AtomicInteger RUNS = new AtomicInteger();

  Path folder = Path.of("unset");
  ContainerHome home = new ContainerHome(folder, "0".repeat(16), List.of(), 1, 1);
  Sandbox sandbox = new NoSandbox();
  ImageDigest image = new ImageDigest("sha256:" + "0".repeat(64));

  abstract Sandbox open(ContainerHome home) throws IOException, InterruptedException;

  /** What is still there of any run: containers, control groups, processes. */
  abstract List<String> leftovers() throws Exception;

  /** Called when all is over. */
  abstract void tearDown() throws Exception;

  @BeforeAll
  void open(@TempDir Path temporary) throws Exception {
    folder = temporary;
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    image = TestImage.busybox(folder.resolve("images/busybox"));
    home =
        ContainerHome.open(
            folder.resolve("state"), List.of(folder.resolve("images")), 64 * MIB, 256 * MIB);
    sandbox = open(home);
    Assumptions.assumeTrue(
        sandbox.unfit().isEmpty(), () -> "SKIPPED: " + sandbox.unfit().orElse(""));
  }

  @AfterAll
  void close() throws Exception {
    tearDown();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    assertThat(leftovers()).isEmpty();
    assertThat(Files.readString(Path.of("/proc/self/mounts")))
        .doesNotContain(home.runs().toString());
    try (Stream<Path> files = Files.walk(home.runs())) {
      assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".img"));
    }
  }

  static RunId nextRun() {
    return new RunId("run-" + RUNS.incrementAndGet());
  }

  ContainerSpec shell(ContainerLimits limits, String script) {
    return ContainerSpec.of(nextRun(), image, limits, "/bin/sh", "-c", script);
  }

  ContainerOutcome run(ContainerLimits limits, String script) throws Exception {
    return sandbox.run(shell(limits, script), Sandbox.InputSource.none());
  }

  String log(ContainerSpec spec) throws IOException {
    try (InputStream in = sandbox.log(spec.run())) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  static ContainerLimits small() {
    return ContainerLimits.small().withTimeMs(20_000);
  }

  @Test
  void outputsAreTakenWithTheirHashesAndTheKernelsCounters() throws Exception {
    byte[] content = "what the consumer sent\n".getBytes(UTF_8);
    InputFile input = new InputFile("data/text", content.length, ContentRoot.of(content));
    ContainerSpec spec =
        shell(small(), "cat /assay/in/data/text /assay/in/data/text >$ASSAY_OUT/both; echo done")
            .withFiles(List.of(input), List.of(new OutputRule("both", 1, 1000)));
    ContainerOutcome outcome = sandbox.run(spec, in -> new ByteArrayInputStream(content));
    assertThat(outcome.detail()).isEqualTo("it ended with exit code 0");
    assertThat(outcome.succeeded()).isTrue();
    byte[] twice = "what the consumer sent\nwhat the consumer sent\n".getBytes(UTF_8);
    OutputFile want = new OutputFile("both", twice.length, ContentRoot.of(twice));
    assertThat(outcome.outputs()).containsExactly(want);
    try (InputStream kept = sandbox.output(spec.run(), want)) {
      assertThat(kept.readAllBytes()).isEqualTo(twice);
    }
    assertThat(outcome.log().root()).isEqualTo(ContentRoot.of("done\n".getBytes(UTF_8)));
    assertThat(outcome.counters().cpuNs().orElse(0)).isBetween(100_000L, 20_000_000_000L);
    assertThat(outcome.counters().memoryPeakBytes().orElse(0)).isBetween(50_000L, 256 * MIB);
    assertThat(outcome.counters().oomKills()).hasValue(0);
    assertThat(sandbox.run(spec, Sandbox.InputSource.none())).isEqualTo(outcome);
  }

  @Test
  void anExitCodeIsTheProgramsOwn() throws Exception {
    ContainerOutcome outcome = run(small(), "exit 42");
    assertThat(outcome.reason()).isEqualTo(EndReason.EXITED);
    assertThat(outcome.exitCode()).hasValue(42);
    assertThat(outcome.succeeded()).isFalse();
  }

  @Test
  void aCommandThatIsNotThereIsNotStarted() throws Exception {
    ContainerSpec spec = ContainerSpec.of(nextRun(), image, small(), "/bin/nothing");
    ContainerOutcome outcome = sandbox.run(spec, Sandbox.InputSource.none());
    assertThat(outcome.reason()).isEqualTo(EndReason.NOT_STARTED);
  }

  @Test
  void aForkBombGetsNoMoreProcessesThanItMay() throws Exception {
    ContainerOutcome outcome =
        run(small().withPidsMax(32), "f(){ f|f& }; f; wait; while true; do f; sleep 1; done");
    assertThat(outcome.reason()).isEqualTo(EndReason.TOO_MANY_PROCESSES);
    assertThat(outcome.counters().pidsRefused().orElse(0)).isPositive();
  }

  @Test
  void moreMemoryThanAllowedIsAnOutOfMemoryKill() throws Exception {
    ContainerOutcome outcome =
        run(small().withMemoryBytes(32 * MIB), "x=$(dd if=/dev/zero bs=1M count=90|tr '\\000' a)");
    assertThat(outcome.reason()).isEqualTo(EndReason.OUT_OF_MEMORY);
    assertThat(outcome.counters().oomKills().orElse(0)).isPositive();
    assertThat(outcome.counters().memoryPeakBytes().orElse(0)).isLessThanOrEqualTo(32 * MIB);
  }

  @Test
  void theDiskEndsWhereTheLimitIs() throws Exception {
    ContainerSpec spec =
        shell(
            small().withDisk(4 * MIB, 100),
            "dd if=/dev/zero of=/assay/out/big bs=64k count=1000 || { wc -c </assay/out/big; exit 1; }");
    ContainerOutcome outcome = sandbox.run(spec, Sandbox.InputSource.none());
    assertThat(outcome.reason()).isEqualTo(EndReason.DISK_FULL);
    long written = Long.parseLong(log(spec).strip().lines().toList().getLast());
    assertThat(written).isBetween(3 * MIB, 6 * MIB);
  }

  @Test
  void theNumberOfFilesEndsWhereTheLimitIs() throws Exception {
    ContainerOutcome outcome =
        run(
            small().withDisk(4 * MIB, 50),
            "for i in $(seq 1 500); do echo >/tmp/$i || exit 1; done");
    assertThat(outcome.reason()).isEqualTo(EndReason.DISK_FULL);
  }

  @Test
  void aFloodOfLogIsCutAndEndsTheRun() throws Exception {
    ContainerSpec spec =
        shell(small().withLogBytesMax(10_000), "trap '' PIPE; while true; do yes; done");
    ContainerOutcome outcome = sandbox.run(spec, Sandbox.InputSource.none());
    assertThat(outcome.reason()).isEqualTo(EndReason.LOG_FLOOD);
    assertThat(outcome.log().cut()).isTrue();
    assertThat(outcome.log().bytes()).isEqualTo(10_000);
    assertThat(log(spec)).hasSize(10_000);
  }

  @Test
  void whatNeverEndsIsEnded() throws Exception {
    ContainerOutcome outcome =
        run(small().withTimeMs(700), "trap '' TERM INT HUP; while true; do sleep 1; done");
    assertThat(outcome.reason()).isEqualTo(EndReason.TIMED_OUT);
    assertThat(outcome.wallMs()).isBetween(700L, 10_000L);
  }

  @Test
  void childrenThatDaemoniseEndWithTheRun() throws Exception {
    // nothingIsLeft looks for processes.
    ContainerOutcome outcome =
        run(
            small(),
            "for i in 1 2 3; do setsid sleep 4242 >/dev/null 2>&1 </dev/null & done; (sleep 4242 &) ; echo bye");
    assertThat(outcome.succeeded()).isTrue();
  }

  @Test
  void aShareOfACoreIsNoMore() throws Exception {
    ContainerOutcome outcome =
        run(small().withCpuMillis(200).withTimeMs(2_500), "while true; do :; done");
    assertThat(outcome.reason()).isEqualTo(EndReason.TIMED_OUT);
    assertThat(outcome.counters().cpuNs().orElse(0))
        .isBetween(10_000_000L, outcome.wallMs() * 1_000_000 / 5 + 300_000_000);
  }

  @Test
  void thereIsNoNetwork() throws Exception {
    ContainerSpec spec =
        shell(
            small(),
            "tail -n +3 /proc/net/dev; tail -n +2 /proc/net/route; wget -T 2 -q -O- http://127.0.0.1:1/; nc -w 2 1.1.1.1 80 && echo OUT; true");
    ContainerOutcome outcome = sandbox.run(spec, Sandbox.InputSource.none());
    assertThat(outcome.succeeded()).isTrue();
    assertThat(log(spec)).doesNotContain("OUT").doesNotContain("eth").contains("lo:");
  }

  @Test
  void aListOfHostsIsRefusedWhereItCannotBeKept() throws Exception {
    ContainerSpec spec =
        shell(small(), "true").withNetwork(new NetworkRule.Egress(List.of("example.org:443")));
    ContainerOutcome outcome = sandbox.run(spec, Sandbox.InputSource.none());
    assertThat(outcome.reason()).isEqualTo(EndReason.UNSUPPORTED);
    assertThat(outcome.detail()).contains("want network none");
  }

  @Test
  void socketsAndFilesOfTheHostAreNotInside() throws Exception {
    ContainerSpec spec =
        shell(
            small(),
            "find / -type s 2>/dev/null; ls /root /home /var/lib /run/podman /var/run/docker.sock 2>/dev/null;"
                + " cat /etc/shadow 2>/dev/null; ps | wc -l");
    sandbox.run(spec, Sandbox.InputSource.none());
    List<String> lines = log(spec).lines().toList();
    assertThat(lines).hasSize(1);
    assertThat(Integer.parseInt(lines.getFirst().strip())).isLessThan(8);
  }

  @Test
  void devicesOfTheHostCannotBeReached() throws Exception {
    ContainerSpec spec =
        shell(
            small(),
            "for d in mem kmem sda vda loop0 loop-control kvm fuse net/tun nvidia0 dri; do [ -e /dev/$d ] && echo HAVE $d; done;"
                + " mknod /tmp/k b 254 0 && head -c 1 /tmp/k && echo GOT; mount -t tmpfs x /tmp && echo MOUNTED;"
                + " echo 1 >/proc/sys/kernel/panic && echo WROTE; echo b >/proc/sysrq-trigger && echo WROTE; true");
    sandbox.run(spec, Sandbox.InputSource.none());
    assertThat(log(spec))
        .doesNotContain("HAVE")
        .doesNotContain("GOT")
        .doesNotContain("MOUNTED")
        .doesNotContain("WROTE");
  }

  @Test
  void nothingIsWritableButItsDisk() throws Exception {
    ContainerSpec spec =
        shell(
            small(),
            "for f in /x /bin/x /etc/passwd /assay/x /assay/in/x /usr/x /sys/x; do (echo >$f) 2>/dev/null && echo WROTE $f; done;"
                + " echo ok >/tmp/x && echo ok >/assay/out/x && echo fine");
    sandbox.run(spec, Sandbox.InputSource.none());
    assertThat(log(spec)).isEqualTo("fine\n");
  }

  @Test
  void itHasNoPrivilegesAndIsNobodyOutside() throws Exception {
    ContainerSpec spec =
        shell(
            small(),
            "grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status; cat /proc/self/uid_map");
    sandbox.run(spec, Sandbox.InputSource.none());
    String[] words = log(spec).strip().split("\\s+");
    assertThat(words)
        .containsSequence("CapEff:", "0000000000000000", "CapBnd:", "0000000000000000")
        .containsSequence("NoNewPrivs:", "1", "Seccomp:", "2", "0", "1879048192");
  }

  @Test
  void aLinkInPlaceOfAnOutputIsRefused() throws Exception {
    assertRefused("ln -s /etc/shadow /assay/out/r", "a symbolic link");
    assertRefused("mkdir /assay/out/r; ln -s / /assay/out/r/x", "a symbolic link");
    assertRefused("mkfifo /assay/out/r", "neither file nor folder");
    assertRefused("true", "got nothing there");
    assertRefused("dd if=/dev/zero of=/assay/out/r bs=1k count=200", "want at most 100000 bytes");
    assertRefused(
        "dd if=/dev/zero of=/assay/out/r bs=1 count=1 seek=9000000000",
        "want at most 100000 bytes");
    assertRefused(
        "mkdir /assay/out/r; for i in 1 2 3 4 5 6; do echo >/assay/out/r/$i; done",
        "want at most 5 files");
    assertRefused(
        "mkdir /assay/out/r; for i in $(seq 1 300); do echo >/assay/out/r/$i; done",
        "want at most 5 files");
    assertRefused("mkdir /assay/out/r; echo > \"/assay/out/r/a b\"", "want plain names");
  }

  private void assertRefused(String script, String why) throws Exception {
    ContainerSpec spec =
        shell(small().withDisk(8 * MIB, 1000), script)
            .withFiles(List.of(), List.of(new OutputRule("r", 5, 100_000)));
    ContainerOutcome outcome = sandbox.run(spec, Sandbox.InputSource.none());
    assertThat(outcome.reason()).as(script).isEqualTo(EndReason.OUTPUT_REFUSED);
    assertThat(outcome.detail()).as(script).contains(why);
    assertThat(outcome.outputs()).isEmpty();
  }

  @Test
  void whatWasNotDeclaredStaysBehind() throws Exception {
    ContainerSpec spec =
        shell(small(), "echo 1 >/assay/out/one; echo 2 >/assay/out/two; ln -s / /assay/out/three")
            .withFiles(List.of(), List.of(new OutputRule("one", 1, 10)));
    assertThat(sandbox.run(spec, Sandbox.InputSource.none()).outputs())
        .extracting(OutputFile::path)
        .containsExactly("one");
  }

  @Test
  void anInputThatIsNotItsHashRunsNothing() throws Exception {
    InputFile input = new InputFile("a", 3, Bytes32.ZERO);
    ContainerSpec spec = shell(small(), "true").withFiles(List.of(input), List.of());
    ContainerOutcome outcome = sandbox.run(spec, in -> new ByteArrayInputStream(new byte[3]));
    assertThat(outcome.reason()).isEqualTo(EndReason.INPUT_MISMATCH);
    ContainerOutcome endless =
        sandbox.run(
            spec,
            in ->
                new InputStream() {
                  @Override
                  public int read() {
                    return 0;
                  }
                });
    assertThat(endless.reason()).isEqualTo(EndReason.INPUT_MISMATCH);
  }

  @Test
  void anImageThatIsNotItsDigestRunsNothing() throws Exception {
    Path liar = folder.resolve("images/liar");
    ImageDigest digest = TestImage.layout(liar, new byte[1024]);
    Path blob = liar.resolve("blobs/sha256/" + digest.hex());
    Files.writeString(blob, Files.readString(blob).replace("tar+gzip", "tar+gzip "));
    ContainerSpec spec = ContainerSpec.of(nextRun(), digest, small(), "/bin/true");
    assertThat(sandbox.run(spec, Sandbox.InputSource.none()).reason())
        .isIn(EndReason.IMAGE_MISMATCH, EndReason.IMAGE_MISSING);
    RunFolder.removeAll(liar);
  }

  @Test
  void aRunThatIsStoppedFromOutsideSaysSo() throws Exception {
    ContainerSpec spec = shell(small(), "sleep 100");
    Thread stopper =
        Thread.ofVirtual()
            .start(() -> {
              try {
                Thread.sleep(1_000);
                sandbox.stop(spec.run());
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    ContainerOutcome outcome = sandbox.run(spec, Sandbox.InputSource.none());
    stopper.join();
    assertThat(outcome.reason()).isEqualTo(EndReason.KILLED);
  }

  @Test
  void aSweepRemovesWhatNobodyWants() throws Exception {
    ContainerSpec spec = shell(small(), "true");
    sandbox.run(spec, Sandbox.InputSource.none());
    assertThat(sandbox.sweep(Set.of(spec.run()))).doesNotContain(spec.run());
    assertThat(sandbox.sweep(Set.of())).contains(spec.run());
    assertThat(home.runs().resolve(spec.run().text())).doesNotExist();
  }
}
