package network.assay.agent.runtime.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import network.assay.agent.execute.container.ContainerLimits;
import network.assay.agent.execute.container.ContainerSpec;
import network.assay.agent.execute.container.Counters;
import network.assay.agent.execute.container.NetworkRule;
import network.assay.agent.execute.container.RunId;
import network.assay.agent.execute.container.SandboxException;

/**
 * Containers by podman's command line with runc, in a store of our own. The command line, for the
 * Docker-compatible interface drops CDI devices without a word.
 *
 * <p>Assumed, for safety: the kernel's namespaces, control groups and seccomp hold; podman passes
 * our limits on. For liveness: it answers within a minute.
 */
final class PodmanEngine implements Engine {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String JOURNAL_LABEL = "network.assay.journal";
  private static final String RUN_LABEL = "network.assay.run";
  private static final int NO_COMMAND = 127;
  private static final int NOT_EXECUTABLE = 126;
  private static final long SHM_BYTES_MAX = 64 << 20;

  private final ContainerHome home;
  private final PodmanSetup setup;
  private final ImageShelf shelf;
  private final ImageCache cache;
  private final Cdi cdi;

  PodmanEngine(ContainerHome home, PodmanSetup setup, Cdi cdi) {
    this.home = home;
    this.setup = setup;
    this.shelf = new ImageShelf(home);
    this.cache = new ImageCache(home.state().resolve("podman-images"), home.cacheBytesMax());
    this.cdi = cdi;
  }

  @Override
  public String describe() {
    return setup.describe();
  }

  @Override
  public Optional<String> unfit() {
    return setup.unfit();
  }

  @Override
  public Optional<String> refusal(ContainerSpec spec) {
    if (spec.network() instanceof NetworkRule.Egress) {
      return Optional.of(
          "want network none: this sandbox has no way yet to hold a container to a list of hosts");
    }
    try {
      for (String device : spec.devices()) {
        if (cdi.nodes(device).isEmpty()) {
          return Optional.of("want one of the CDI devices " + cdi.names() + ", got " + device);
        }
      }
    } catch (IOException e) {
      return Optional.of("the CDI files of this machine cannot be read: " + e.getMessage());
    }
    return Optional.empty();
  }

  @Override
  public int owner() {
    return PodmanSetup.OWNER;
  }

  private Commands.Answer podman(String... words) throws SandboxException, InterruptedException {
    return Commands.run(setup.environment(), PATIENCE, setup.command(Arrays.asList(words)));
  }

  private String must(String... words) throws SandboxException, InterruptedException {
    Commands.Answer answer = podman(words);
    if (!answer.ok()) {
      throw new SandboxException(
          "podman " + words[0] + " failed with " + answer.exitCode() + ": " + answer.complaint());
    }
    return answer.out().strip();
  }

  @Override
  public String image(ContainerSpec spec)
      throws ImageRefusedException, SandboxException, IOException, InterruptedException {
    Optional<ImageCache.Entry> known = cache.use(spec.image());
    if (known.isPresent()) {
      if (podman("image", "exists", known.get().handle()).ok()) {
        return known.get().handle();
      }
      cache.drop(spec.image());
    }
    OciImage image = shelf.fetch(spec);
    try {
      String _ = must("pull", "--quiet", "oci:" + image.folder());
    } finally {
      RunFolder.removeAll(image.folder());
    }
    String id = image.config().hex();
    String loaded = must("image", "inspect", "--format", "{{.Id}}", id);
    if (!loaded.equals(id)) {
      throw ImageRefusedException.mismatch("want image id " + id + " after loading, got " + loaded);
    }
    cache.add(spec.image(), id, image.unpackedBytes(), handle -> podman("rmi", handle).ok());
    return id;
  }

  private String name(RunFolder folder) {
    return "assay-" + home.journalId() + "-" + folder.run();
  }

  @Override
  public Launch start(ContainerSpec spec, String image, RunFolder folder)
      throws SandboxException, IOException, InterruptedException {
    if (spec.devices().isEmpty()) {
      List<String> words = new ArrayList<>(List.of("run", "--detach"));
      words.addAll(options(spec, folder));
      words.add(image);
      words.addAll(spec.argv());
      return launched(piped(spec, folder, words), folder);
    }
    return startWithDevices(spec, image, folder);
  }

  /**
   * Made, then looked at from outside, then started: nothing of the stranger runs before its
   * devices are known to be there.
   */
  private Launch startWithDevices(ContainerSpec spec, String image, RunFolder folder)
      throws SandboxException, IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("create"));
    words.addAll(options(spec, folder));
    spec.devices().forEach(device -> words.addAll(List.of("--device", device)));
    words.add(image);
    words.addAll(spec.argv());
    // With this log driver podman does not say the id.
    String _ = must(words.toArray(String[]::new));
    String id = Files.readString(folder.engineId()).strip();
    int announced = id.length() + 1;
    Commands.Answer answer =
        Commands.run(
            setup.environment(),
            PATIENCE,
            Logs.piped(
                folder,
                spec.limits().logBytesMax() + announced,
                setup.command(List.of("init", id))));
    Launch made = launched(answer, folder);
    if (!(made instanceof Launch.Started)) {
      return made;
    }
    Logs.drop(folder.log(), announced);
    String pid = must("inspect", "--type", "container", "--format", "{{.State.Pid}}", id);
    Optional<String> missing = cdi.missing(spec.devices(), Path.of("/proc", pid, "root"));
    if (missing.isPresent()) {
      return new Launch.DeviceMissing(missing.get());
    }
    Commands.Answer started = podman("start", id);
    return started.ok() ? new Launch.Started() : new Launch.NotStarted(started.complaint());
  }

  private Commands.Answer piped(ContainerSpec spec, RunFolder folder, List<String> words)
      throws SandboxException, InterruptedException {
    return Commands.run(
        setup.environment(),
        PATIENCE,
        Logs.piped(folder, spec.limits().logBytesMax(), setup.command(words)));
  }

  /** What podman says goes where the container would have written: nothing else has. */
  private static Launch launched(Commands.Answer answer, RunFolder folder)
      throws SandboxException, IOException {
    if (answer.ok()) {
      return new Launch.Started();
    }
    String complaint = Logs.tail(folder.log());
    boolean notThere =
        answer.exitCode() == NO_COMMAND
            || answer.exitCode() == NOT_EXECUTABLE
            || complaint.contains("executable file not found")
            || complaint.contains("permission denied");
    if (notThere) {
      return new Launch.NotStarted("the command cannot be started: " + complaint);
    }
    throw new SandboxException(
        "podman failed with " + answer.exitCode() + ": " + complaint + answer.complaint());
  }

  private List<String> options(ContainerSpec spec, RunFolder folder) throws IOException {
    ContainerLimits limits = spec.limits();
    List<String> words =
        new ArrayList<>(
            List.of(
                "--cidfile=" + folder.engineId(),
                "--name=" + name(folder),
                "--label=" + JOURNAL_LABEL + "=" + home.journalId(),
                "--label=" + RUN_LABEL + "=" + folder.run(),
                "--log-driver=passthrough",
                "--cgroup-parent=/" + setup.cgroup(),
                "--cgroupns=private",
                "--network=none",
                "--no-hosts",
                "--hostname=assay",
                "--http-proxy=false",
                "--pull=never",
                "--read-only",
                "--read-only-tmpfs=false",
                "--image-volume=ignore",
                "--cap-drop=all",
                "--security-opt=no-new-privileges",
                "--security-opt=seccomp=" + PodmanSetup.SECCOMP,
                "--systemd=false",
                "--sdnotify=ignore",
                "--no-healthcheck",
                "--stop-timeout=0",
                "--uidmap=0:" + PodmanSetup.OWNER + ":65536",
                "--gidmap=0:" + PodmanSetup.OWNER + ":65536"));
    words.addAll(
        List.of(
            "--memory=" + limits.memoryBytes() + "b",
            "--memory-swap=" + limits.memoryBytes() + "b",
            "--pids-limit=" + limits.pidsMax(),
            "--cpus=" + String.format(Locale.ROOT, "%.3f", limits.cpuMillis() / 1_000.0),
            // Podman's own /dev/shm is mounted outside and stands in the way of a quick removal.
            "--ipc=none",
            "--tmpfs=/dev/shm:rw,nosuid,nodev,noexec,mode=1777,size="
                + Math.min(SHM_BYTES_MAX, limits.memoryBytes() / 2),
            "--volume=" + folder.inputs() + ":/assay/in:ro",
            "--volume=" + folder.out() + ":/assay/out",
            "--volume=" + folder.tmp() + ":/tmp",
            "--env=HOME=/tmp",
            "--env=ASSAY_IN=/assay/in",
            "--env=ASSAY_OUT=/assay/out"));
    spec.env().forEach((name, value) -> words.add("--env=" + name + "=" + value));
    if (!spec.argv().isEmpty()) {
      words.add("--entrypoint=");
    }
    return words;
  }

  private Path endedMark(String id) {
    return setup.ended().resolve(id);
  }

  /** The container's id; by its labels where the file was not written any more. */
  private Optional<String> id(RunFolder folder)
      throws SandboxException, IOException, InterruptedException {
    Optional<String> noted =
        RunFolder.read(folder.engineId()).map(String::strip).filter(id -> !id.isEmpty());
    return noted.isPresent() ? noted : ids(folder.run()).stream().findFirst();
  }

  private List<String> ids(RunId run) throws SandboxException, InterruptedException {
    return must(
            "ps",
            "--all",
            "--no-trunc",
            "--quiet",
            "--filter=label=" + JOURNAL_LABEL + "=" + home.journalId(),
            "--filter=label=" + RUN_LABEL + "=" + run)
        .lines()
        .filter(id -> !id.isBlank())
        .toList();
  }

  @Override
  public State state(RunFolder folder, boolean thorough)
      throws SandboxException, IOException, InterruptedException {
    Optional<String> id = id(folder);
    if (id.isEmpty()) {
      return new State.Absent();
    }
    boolean marked = Files.exists(endedMark(id.get()));
    if (!marked && !thorough) {
      return new State.Running();
    }
    Commands.Answer answer =
        podman(
            "inspect",
            "--type=container",
            "--format={{.State.Status}} {{.State.ExitCode}}",
            id.get());
    if (!answer.ok()) {
      return new State.Absent();
    }
    String[] parts = answer.out().strip().split(" ", -1);
    return switch (parts[0]) {
      case "exited" -> new State.Ended(Integer.parseInt(parts[1]), counters(id.get()));
      case "stopped" -> {
        // Its own cleanup has not run, or died: this runs it, and with it our wrapper.
        Commands.Answer _ = podman("container", "cleanup", id.get());
        yield new State.Running();
      }
      case "created", "configured" -> new State.Absent();
      default -> new State.Running();
    };
  }

  private Counters counters(String id) throws IOException {
    return RunFolder.read(endedMark(id))
        .map(CgroupCounters::parseSaved)
        .orElseGet(Counters::unknown);
  }

  /** Those that bear this run's labels; the one that was noted, without asking, where it was. */
  private List<String> known(RunFolder folder)
      throws SandboxException, IOException, InterruptedException {
    return id(folder).map(List::of).orElse(List.of());
  }

  @Override
  public void kill(RunFolder folder) throws SandboxException, IOException, InterruptedException {
    for (String id : known(folder)) {
      // Refused where it has ended meanwhile.
      Commands.Answer _ = podman("kill", "--signal=KILL", id);
    }
  }

  @Override
  public void remove(RunFolder folder) throws SandboxException, IOException, InterruptedException {
    for (String id : known(folder)) {
      String _ = must("rm", "--force", "--ignore", "--volumes", "--time=0", id);
      Files.deleteIfExists(endedMark(id));
    }
  }

  @Override
  public Set<RunId> mine() throws SandboxException, InterruptedException {
    if (unfit().isPresent()) {
      return Set.of();
    }
    String listed =
        must(
            "ps",
            "--all",
            "--filter=label=" + JOURNAL_LABEL + "=" + home.journalId(),
            "--format={{index .Labels \"" + RUN_LABEL + "\"}}");
    Set<RunId> runs = new HashSet<>();
    listed.lines().filter(run -> !run.isBlank()).forEach(run -> runs.add(new RunId(run)));
    return runs;
  }
}
