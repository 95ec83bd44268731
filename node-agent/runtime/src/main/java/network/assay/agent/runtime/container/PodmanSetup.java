package network.assay.agent.runtime.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import network.assay.agent.execute.container.SandboxException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Podman as we call it: its version and fitness, a store and a configuration of our own, and a
 * wrapper around runc that saves the control group's counters before runc removes it. An
 * out-of-memory kill is visible nowhere else, and so the counters survive even our own death.
 */
final class PodmanSetup {
  /** A range of users that nobody on a host has (systemd: UIDs, GIDs; above its own ranges). */
  static final int OWNER = 1_879_048_192;

  static final Path SECCOMP = Path.of("/usr/share/containers/seccomp.json");
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final long FILES_MAX = 1 << 20;
  private static final long PROCESSES_MAX = 32_768;
  private static final long LEAST = 1_024;
  private static final Set<String> CONTROLLERS = Set.of("cpu", "memory", "pids");

  private final ContainerHome home;
  private final Path volatileFolder;
  private final Optional<String> unfit;
  private final String description;

  private PodmanSetup(
      ContainerHome home, Path volatileFolder, Optional<String> unfit, String description) {
    this.home = home;
    this.volatileFolder = volatileFolder;
    this.unfit = unfit;
    this.description = description;
  }

  /** Looks at podman on this machine. */
  static PodmanSetup open(ContainerHome home) throws IOException, InterruptedException {
    // Below /run, so that podman notices when the machine was started anew.
    Path volatileFolder = Path.of("/run/assay-" + home.journalId());
    Optional<String> missing = missing();
    if (missing.isPresent()) {
      return new PodmanSetup(home, volatileFolder, missing, "no podman");
    }
    PodmanSetup bare = new PodmanSetup(home, volatileFolder, Optional.empty(), "podman");
    bare.write();
    try {
      return bare.judged();
    } catch (SandboxException | JacksonException e) {
      return new PodmanSetup(
          home, volatileFolder, Optional.of("podman does not work: " + e.getMessage()), "podman");
    }
  }

  private static Optional<String> missing() {
    for (String program : List.of("podman", "runc", "conmon", "stdbuf", "mkfs.ext4")) {
      if (Commands.find(program).isEmpty()) {
        return Optional.of(program + " is missing: install the packages podman and runc");
      }
    }
    if (!Files.isReadable(SECCOMP)) {
      return Optional.of(
          "want the default system call filter in "
              + SECCOMP
              + ": install the package golang-github-containers-common");
    }
    if (!"root".equals(System.getProperty("user.name"))) {
      return Optional.of(
          "podman without root cannot keep a container within its disk, and on many machines"
              + " within no limit at all: run the agent as root");
    }
    return Optional.empty();
  }

  private PodmanSetup judged() throws SandboxException, InterruptedException {
    Commands.Answer answer =
        Commands.run(environment(), PATIENCE, command(List.of("info", "--format=json")));
    if (!answer.ok()) {
      throw new SandboxException(answer.complaint());
    }
    JsonNode info = JsonMapper.shared().readTree(answer.out());
    JsonNode host = info.path("host");
    String version = info.path("version").path("Version").asString("?");
    String described =
        "podman " + version + " with runc, cgroups " + host.path("cgroupVersion").asString("?");
    return new PodmanSetup(home, volatileFolder, wrong(host), described);
  }

  private static Optional<String> wrong(JsonNode host) {
    JsonNode security = host.path("security");
    if (security.path("rootless").asBoolean(true)) {
      return Optional.of("podman runs without root, and its limits do not hold: run it as root");
    }
    if (!security.path("seccompEnabled").asBoolean(false)) {
      return Optional.of("want podman with seccomp, got one without");
    }
    Set<String> got = new HashSet<>();
    host.path("cgroupControllers").forEach(name -> got.add(name.asString("")));
    if (!got.containsAll(CONTROLLERS)) {
      return Optional.of(
          "want the control groups " + new TreeSet<>(CONTROLLERS) + ", got " + new TreeSet<>(got));
    }
    return Optional.empty();
  }

  private void write() throws IOException {
    for (Path folder : List.of(ended(), volatileFolder)) {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    }
    RunFolder.write(configuration(), containersConf());
    RunFolder.write(wrapper(), wrapperScript());
    Files.setPosixFilePermissions(wrapper(), PosixFilePermissions.fromString("rwx------"));
  }

  private Path configuration() {
    return home.state().resolve("containers.conf");
  }

  private Path wrapper() {
    return home.state().resolve("assay-runc");
  }

  /** Where the wrapper leaves the counters of ended containers, by id. */
  Path ended() {
    return home.state().resolve("ended");
  }

  /** The control group above all our containers. */
  String cgroup() {
    return "assay-" + home.journalId();
  }

  /** Limits that a root without CAP_SYS_RESOURCE may set, too. */
  private static String containersConf() throws IOException {
    long files = hardLimit("Max open files", FILES_MAX);
    // Podman lowers its own to this, and nobody may raise it again.
    long processes = hardLimit("Max processes", PROCESSES_MAX);
    return """
    [containers]
    default_ulimits = ["nofile=%d:%d", "nproc=%d:%d"]
    log_driver = "k8s-file"
    [engine]
    cgroup_manager = "cgroupfs"
    events_logger = "none"
    """
        .formatted(files, files, processes, processes);
  }

  private static long hardLimit(String name, long max) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
      if (line.startsWith(name)) {
        String hard = line.substring(name.length()).strip().split(" +", -1)[1];
        return hard.equals("unlimited") ? max : Math.min(max, Long.parseLong(hard));
      }
    }
    return LEAST;
  }

  private String wrapperScript() {
    StringBuilder wanted = new StringBuilder();
    for (String file : new TreeSet<>(CgroupCounters.FILES)) {
      wanted.append(wanted.isEmpty() ? "" : "|").append(file);
    }
    return """
    #!/bin/sh
    # Saves a container's counters before its control group is removed; then does what was asked.
    case " $* " in *" delete "*)
      for id; do :; done
      into='%s'/$id
      if [ ! -e "$into" ]; then
        for file in /sys/fs/cgroup/*/%s/libpod-$id/* /sys/fs/cgroup/%s/libpod-$id/*; do
          case ${file##*/} in %s) echo "== ${file##*/}"; cat "$file" ;; esac
        done >"$into.part" 2>/dev/null
        mv "$into.part" "$into"
      fi ;;
    esac
    exec runc "$@"
    """
        .formatted(ended(), cgroup(), cgroup(), wanted);
  }

  Map<String, String> environment() {
    return Map.of(
        "CONTAINERS_CONF", configuration().toString(), "TMPDIR", volatileFolder.toString());
  }

  List<String> command(List<String> words) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "podman",
                "--root=" + home.state().resolve("podman"),
                "--runroot=" + volatileFolder.resolve("run"),
                "--tmpdir=" + volatileFolder.resolve("tmp"),
                "--runtime=" + wrapper(),
                "--cgroup-manager=cgroupfs",
                "--events-backend=none",
                "--log-level=error"));
    command.addAll(words);
    return command;
  }

  Optional<String> unfit() {
    return unfit;
  }

  String describe() {
    return description;
  }
}
