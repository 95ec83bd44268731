package network.assay.agent.runtime.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import network.assay.agent.execute.container.ContainerSpec;
import network.assay.agent.execute.container.NetworkRule;
import network.assay.agent.execute.container.RunId;
import network.assay.agent.execute.container.SandboxException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Containers by bubblewrap, for machines without an engine: namespaces by bubblewrap, which runs as
 * nobody; limits by control groups made by hand; system calls by our own filter. No devices.
 *
 * <p>A small shell watches each container from outside and writes its exit code down, so that it
 * need not be us.
 */
final class BubblewrapEngine implements Engine {
  private static final int OWNER = PodmanSetup.OWNER;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String CONFIGURATION = "assay-image.json";

  private final ContainerHome home;
  private final ImageShelf shelf;
  private final ImageCache cache;
  private final Optional<String> unfit;
  private final String description;

  private BubblewrapEngine(ContainerHome home, Optional<String> unfit, String description) {
    this.home = home;
    this.unfit = unfit;
    this.description = description;
    this.shelf = new ImageShelf(home);
    this.cache = new ImageCache(home.state().resolve("bubblewrap-images"), home.cacheBytesMax());
  }

  static BubblewrapEngine open(ContainerHome home) throws IOException, InterruptedException {
    for (String program : List.of("bwrap", "setpriv", "setsid", "stdbuf", "mkfs.ext4")) {
      if (Commands.find(program).isEmpty()) {
        return new BubblewrapEngine(
            home,
            Optional.of(program + " is missing: install the package bubblewrap"),
            "no bubblewrap");
      }
    }
    Optional<byte[]> filter = Seccomp.filter(System.getProperty("os.arch"));
    if (filter.isEmpty()) {
      return new BubblewrapEngine(
          home, Optional.of("want an x86-64 or ARM64 machine, got another"), "bubblewrap");
    }
    if (!"root".equals(System.getProperty("user.name"))) {
      return new BubblewrapEngine(
          home,
          Optional.of("bubblewrap without root cannot limit what it runs: run the agent as root"),
          "bubblewrap");
    }
    Path file = home.state().resolve("seccomp.bpf");
    Files.write(file, filter.get());
    return new BubblewrapEngine(
        home,
        HandCgroup.unfit().or(() -> closed(home.state())).or(() -> tried()),
        "bubblewrap with control groups by hand");
  }

  /** Bubblewrap runs as nobody and must reach what it mounts. */
  private static Optional<String> closed(Path state) {
    for (Path folder = state; folder != null; folder = folder.getParent()) {
      try {
        if (!Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_EXECUTE)) {
          return Optional.of(
              "want a folder that others may pass (chmod o+x), for bubblewrap runs as nobody, got "
                  + folder);
        }
      } catch (IOException e) {
        return Optional.of("folder " + folder + " cannot be read: " + e.getMessage());
      }
    }
    return Optional.empty();
  }

  /** Some machines forbid user namespaces to those who are not root. */
  private static Optional<String> tried() {
    try {
      Commands.Answer answer =
          Commands.run(
              Map.of(),
              PATIENCE,
              List.of(
                  "setpriv",
                  "--reuid=" + OWNER,
                  "--regid=" + OWNER,
                  "--clear-groups",
                  "bwrap",
                  "--unshare-all",
                  "--ro-bind",
                  "/",
                  "/",
                  "--proc",
                  "/proc",
                  "true"));
      return answer.ok()
          ? Optional.empty()
          : Optional.of("bubblewrap does not work here: " + answer.complaint());
    } catch (SandboxException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted while trying bubblewrap");
    }
  }

  @Override
  public String describe() {
    return description;
  }

  @Override
  public Optional<String> unfit() {
    return unfit;
  }

  @Override
  public Optional<String> refusal(ContainerSpec spec) {
    if (spec.network() instanceof NetworkRule.Egress) {
      return Optional.of(
          "want network none: this sandbox has no way yet to hold a container to a list of hosts");
    }
    return spec.devices().isEmpty()
        ? Optional.empty()
        : Optional.of("want no devices: bubblewrap brings none in; install podman");
  }

  @Override
  public int owner() {
    return OWNER;
  }

  private Path rootFs(String handle) {
    return home.state().resolve("rootfs").resolve(handle);
  }

  @Override
  public String image(ContainerSpec spec)
      throws ImageRefusedException, SandboxException, IOException, InterruptedException {
    Optional<ImageCache.Entry> known = cache.use(spec.image());
    if (known.isPresent() && Files.isDirectory(rootFs(known.get().handle()))) {
      return known.get().handle();
    }
    OciImage image = shelf.fetch(spec);
    String handle = image.config().hex();
    try {
      Path part = rootFs(handle + ".part");
      RunFolder.removeAll(part);
      RootFs.unpack(image, part.resolve("root"), OWNER);
      Files.writeString(
          part.resolve(CONFIGURATION),
          JsonMapper.shared().writeValueAsString(image.configuration()));
      RunFolder.removeAll(rootFs(handle));
      Path _ = Files.move(part, rootFs(handle));
    } finally {
      RunFolder.removeAll(image.folder());
    }
    cache.add(spec.image(), handle, image.unpackedBytes(), this::evict);
    return handle;
  }

  private boolean evict(String handle) throws IOException {
    if (!HandCgroup.below(cgroup()).isEmpty()) {
      // Some container may still have it as its root.
      return false;
    }
    RunFolder.removeAll(rootFs(handle));
    return true;
  }

  private String cgroup() {
    return "assay-" + home.journalId();
  }

  private HandCgroup group(RunFolder folder) {
    return HandCgroup.of(cgroup(), folder.run().text());
  }

  private static Path statusFile(RunFolder folder) {
    return folder.path().resolve("status");
  }

  private static Path exitFile(RunFolder folder) {
    return folder.path().resolve("exit");
  }

  @Override
  public Launch start(ContainerSpec spec, String image, RunFolder folder)
      throws SandboxException, IOException, InterruptedException {
    JsonNode config =
        JsonMapper.shared()
            .readTree(Files.readString(rootFs(image).resolve(CONFIGURATION)))
            .path("config");
    SortedMap<String, String> env = environment(config, spec);
    List<String> argv = command(config, spec);
    Optional<String> program = program(rootFs(image).resolve("root"), argv, env);
    if (program.isEmpty()) {
      return new Launch.NotStarted("the command cannot be started: it is not in the image");
    }
    HandCgroup group = group(folder);
    group.make(spec.limits());
    List<String> inner = new ArrayList<>(List.of("sh", "-c", SUPERVISOR, "sh"));
    inner.add(folder.engineId().toString());
    inner.add(exitFile(folder).toString());
    inner.add(statusFile(folder).toString());
    inner.add(home.state().resolve("seccomp.bpf").toString());
    List<Path> groups = group.folders();
    inner.add(Integer.toString(groups.size()));
    groups.forEach(path -> inner.add(path.toString()));
    inner.addAll(bwrap(image, folder, config, env));
    inner.add(program.get());
    inner.addAll(argv.subList(1, argv.size()));
    Process _ =
        new ProcessBuilder(Logs.piped(folder, spec.limits().logBytesMax(), inner))
            .redirectInput(new java.io.File("/dev/null"))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    awaitBegin(folder);
    return new Launch.Started();
  }

  /** Bubblewrap says when the container is made; what comes before is its own fault or ours. */
  private static void awaitBegin(RunFolder folder)
      throws SandboxException, IOException, InterruptedException {
    long endNs = System.nanoTime() + PATIENCE.toNanos();
    while (!RunFolder.read(statusFile(folder)).orElse("").contains("child-pid")) {
      boolean ended = Files.exists(exitFile(folder));
      boolean begun = RunFolder.read(statusFile(folder)).orElse("").contains("child-pid");
      if (!begun && (ended || System.nanoTime() > endNs)) {
        throw new SandboxException(
            "bubblewrap could not make the container: " + Logs.tail(folder.log()));
      }
      Thread.sleep(5);
    }
  }

  /**
   * Arguments: file for its own id, file for the exit code, file for the status, filter, n, n
   * control groups, command. The container joins the groups before it becomes anything else; the
   * shell stays outside.
   */
  private static final String SUPERVISOR =
      """
      echo $$ >"$1"; exit=$2; status=$3; filter=$4; n=$5; shift 5
      (
        while [ "$n" -gt 0 ]; do
          echo 0 >"$1/cgroup.procs" || exit 125
          n=$((n - 1)); shift
        done
        ulimit -c 0
        exec "$@" 8>"$status" 9<"$filter"
      )
      echo $? >"$exit.part"; mv "$exit.part" "$exit"
      """;

  private List<String> bwrap(
      String image, RunFolder folder, JsonNode config, SortedMap<String, String> env) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "setpriv",
                "--reuid=" + OWNER,
                "--regid=" + OWNER,
                "--clear-groups",
                "bwrap",
                "--unshare-all",
                "--unshare-user",
                "--uid",
                "0",
                "--gid",
                "0",
                "--hostname",
                "assay",
                "--cap-drop",
                "ALL",
                "--seccomp",
                "9",
                "--json-status-fd",
                "8",
                "--clearenv"));
    env.forEach((name, value) -> words.addAll(List.of("--setenv", name, value)));
    words.addAll(List.of("--ro-bind", rootFs(image).resolve("root").toString(), "/"));
    words.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
    words.addAll(List.of("--bind", folder.tmp().toString(), "/tmp"));
    words.addAll(List.of("--ro-bind", folder.inputs().toString(), "/assay/in"));
    words.addAll(List.of("--bind", folder.out().toString(), "/assay/out"));
    words.addAll(List.of("--remount-ro", "/"));
    String folderInside = config.path("WorkingDir").asString("");
    words.addAll(List.of("--chdir", folderInside.isEmpty() ? "/" : folderInside, "--"));
    return words;
  }

  private static SortedMap<String, String> environment(JsonNode config, ContainerSpec spec) {
    SortedMap<String, String> env = new TreeMap<>();
    env.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    for (JsonNode entry : config.path("Env")) {
      String text = entry.asString("");
      int split = text.indexOf('=');
      if (split > 0) {
        env.put(text.substring(0, split), text.substring(split + 1));
      }
    }
    env.put("HOME", "/tmp");
    env.put("ASSAY_IN", "/assay/in");
    env.put("ASSAY_OUT", "/assay/out");
    env.putAll(spec.env());
    return env;
  }

  private static List<String> command(JsonNode config, ContainerSpec spec) {
    if (!spec.argv().isEmpty()) {
      return spec.argv();
    }
    List<String> words = new ArrayList<>();
    config.path("Entrypoint").forEach(word -> words.add(word.asString("")));
    config.path("Cmd").forEach(word -> words.add(word.asString("")));
    return words;
  }

  private static Optional<String> program(
      Path root, List<String> argv, SortedMap<String, String> env) throws IOException {
    if (argv.isEmpty()) {
      return Optional.empty();
    }
    String name = argv.getFirst();
    if (name.contains("/")) {
      return RootFs.has(root, name) ? Optional.of(name) : Optional.empty();
    }
    for (String folder : env.getOrDefault("PATH", "").split(":", -1)) {
      if (RootFs.has(root, folder + "/" + name)) {
        return Optional.of(folder + "/" + name);
      }
    }
    return Optional.empty();
  }

  @Override
  public State state(RunFolder folder, boolean thorough) throws IOException {
    Optional<String> exit = RunFolder.read(exitFile(folder));
    if (exit.isPresent()) {
      return new State.Ended(Integer.parseInt(exit.get().strip()), group(folder).counters());
    }
    if (!thorough || isSupervised(folder)) {
      return new State.Running();
    }
    // Between the two looks it may have ended.
    return Files.exists(exitFile(folder)) ? new State.Running() : new State.Absent();
  }

  private static boolean isSupervised(RunFolder folder) throws IOException {
    Optional<String> id = RunFolder.read(folder.engineId()).map(String::strip);
    if (id.isEmpty() || id.get().isEmpty()) {
      return false;
    }
    try {
      // Another process may have got the number.
      return Files.readString(Path.of("/proc", id.get(), "cmdline"))
          .contains(folder.path().toString());
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void kill(RunFolder folder) throws IOException, InterruptedException {
    group(folder).kill();
  }

  @Override
  public void remove(RunFolder folder) throws IOException, InterruptedException {
    HandCgroup group = group(folder);
    group.kill();
    group.remove();
    Files.deleteIfExists(exitFile(folder));
  }

  @Override
  public Set<RunId> mine() throws IOException {
    Set<RunId> runs = new HashSet<>();
    HandCgroup.below(cgroup()).forEach(name -> runs.add(new RunId(name)));
    return runs;
  }
}
