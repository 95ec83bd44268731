package network.assay.agent.runtime.container;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import network.assay.agent.execute.container.ContainerOutcome;
import network.assay.agent.execute.container.ContainerSpec;
import network.assay.agent.execute.container.EndFacts;
import network.assay.agent.execute.container.EndReason;
import network.assay.agent.execute.container.OutputFile;
import network.assay.agent.execute.container.RunId;
import network.assay.agent.execute.container.Sandbox;
import network.assay.agent.execute.container.SandboxException;

/**
 * The life of a run, the same for every engine: lay out, start, watch, judge, take the outputs,
 * remove. Each step leaves a file behind, so that after a kill -9 the next life goes on from there.
 */
public final class ContainerRuns implements Sandbox {
  private final ContainerHome home;
  private final Engine engine;
  private final Set<RunId> busy = ConcurrentHashMap.newKeySet();

  ContainerRuns(ContainerHome home, Engine engine) {
    this.home = home;
    this.engine = engine;
  }

  @Override
  public String describe() {
    return engine.describe();
  }

  @Override
  public Optional<String> unfit() {
    return engine.unfit();
  }

  @Override
  public Optional<String> refusal(ContainerSpec spec) {
    return engine.unfit().or(() -> engine.refusal(spec));
  }

  private RunFolder folder(RunId run) {
    return RunFolder.of(home.runs(), run);
  }

  @Override
  public ContainerOutcome run(ContainerSpec spec, InputSource inputs)
      throws SandboxException, InterruptedException {
    if (!busy.add(spec.run())) {
      throw new SandboxException("run " + spec.run() + " is under way already");
    }
    try {
      return run(spec, inputs, folder(spec.run()));
    } catch (IOException e) {
      throw new SandboxException(
          "the files of run " + spec.run() + " cannot be kept: " + e.getMessage(), e);
    } finally {
      busy.remove(spec.run());
    }
  }

  private ContainerOutcome run(ContainerSpec spec, InputSource inputs, RunFolder folder)
      throws SandboxException, IOException, InterruptedException {
    String mark = mark(spec);
    Optional<Begun> begun = Begun.read(folder);
    if (begun.isPresent() && !begun.get().mark().equals(mark)) {
      throw new SandboxException(
          "run " + spec.run() + " was begun with another specification: forget it first");
    }
    Optional<ContainerOutcome> known = Outcomes.read(folder.outcome());
    if (known.isPresent()) {
      return known.get();
    }
    if (begun.isPresent() && !(engine.state(folder, true) instanceof Engine.State.Absent)) {
      return end(spec, folder, Watch.resumed(begun.get().wallMs()));
    }
    return fresh(spec, inputs, folder, mark);
  }

  private ContainerOutcome fresh(
      ContainerSpec spec, InputSource inputs, RunFolder folder, String mark)
      throws SandboxException, IOException, InterruptedException {
    if (Files.exists(folder.path())) {
      discard(folder);
    }
    Optional<String> refusal = refusal(spec);
    if (refusal.isPresent()) {
      return ContainerOutcome.notRun(EndReason.UNSUPPORTED, refusal.get());
    }
    String image;
    try {
      image = engine.image(spec);
    } catch (ImageRefusedException e) {
      return ContainerOutcome.notRun(e.reason(), String.valueOf(e.getMessage()));
    }
    folder.make();
    Begun.write(folder, mark);
    Optional<String> wrong = Inputs.lay(spec, inputs, folder.inputs());
    if (wrong.isPresent()) {
      discard(folder);
      return ContainerOutcome.notRun(EndReason.INPUT_MISMATCH, wrong.get());
    }
    Disk.mount(folder, spec.limits(), engine.owner());
    Watch watch = Watch.begun();
    return switch (started(spec, image, folder)) {
      case Engine.Launch.Started _ -> end(spec, folder, watch);
      case Engine.Launch.NotStarted no -> notRun(folder, EndReason.NOT_STARTED, no.why());
      case Engine.Launch.DeviceMissing no -> notRun(folder, EndReason.DEVICE_MISSING, no.why());
    };
  }

  /** What could not be started leaves nothing behind. */
  private Engine.Launch started(ContainerSpec spec, String image, RunFolder folder)
      throws SandboxException, IOException, InterruptedException {
    try {
      return engine.start(spec, image, folder);
    } catch (SandboxException | IOException e) {
      try {
        discard(folder);
      } catch (SandboxException | IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  private ContainerOutcome notRun(RunFolder folder, EndReason reason, String why)
      throws SandboxException, IOException, InterruptedException {
    discard(folder);
    return ContainerOutcome.notRun(reason, why);
  }

  private ContainerOutcome end(ContainerSpec spec, RunFolder folder, Watch watch)
      throws SandboxException, IOException, InterruptedException {
    Engine.State.Ended ended = watch.untilEnd(engine, folder, spec.limits());
    ContainerOutcome outcome = judge(spec, folder, ended, watch.elapsedMs());
    Outcomes.write(folder.outcome(), outcome);
    engine.remove(folder);
    Disk.unmount(folder);
    RunFolder.removeAll(folder.inputs());
    return outcome;
  }

  private static ContainerOutcome judge(
      ContainerSpec spec, RunFolder folder, Engine.State.Ended ended, long wallMs)
      throws SandboxException, IOException, InterruptedException {
    ContainerOutcome.Log log = Logs.keep(folder.log(), spec.limits().logBytesMax());
    Optional<EndReason> stopped = RunFolder.read(folder.stopped()).map(EndReason::valueOf);
    EndFacts facts =
        new EndFacts(
            ended.exitCode(),
            stopped,
            ended.counters(),
            log.cut(),
            (ended.exitCode() != 0 || stopped.isPresent()) && Disk.isFull(folder));
    EndReason reason = facts.reason();
    List<OutputFile> outputs = List.of();
    String detail = Details.of(reason, ended.exitCode(), spec.limits());
    if (reason == EndReason.EXITED && ended.exitCode() == 0) {
      try {
        outputs = Outputs.collect(folder.out(), spec.outputs(), folder.kept());
      } catch (Outputs.RefusedException e) {
        reason = EndReason.OUTPUT_REFUSED;
        detail = String.valueOf(e.getMessage());
        RunFolder.removeAll(folder.kept());
      }
    }
    return new ContainerOutcome(
        reason, OptionalInt.of(ended.exitCode()), detail, ended.counters(), outputs, log, wallMs);
  }

  @Override
  public void stop(RunId run) throws SandboxException {
    RunFolder folder = folder(run);
    try {
      if (Begun.read(folder).isPresent() && RunFolder.read(folder.stopped()).isEmpty()) {
        RunFolder.write(folder.stopped(), EndReason.KILLED.name());
        engine.kill(folder);
      }
    } catch (IOException e) {
      throw new SandboxException("run " + run + " cannot be stopped: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("interrupted while stopping run " + run, e);
    }
  }

  @Override
  public InputStream output(RunId run, OutputFile file) throws IOException {
    RunFolder folder = folder(run);
    List<OutputFile> outputs =
        Outcomes.read(folder.outcome()).map(ContainerOutcome::outputs).orElse(List.of());
    int number = outputs.indexOf(file);
    if (number < 0) {
      throw new NoSuchFileException("run " + run + " kept no output " + file.path());
    }
    return Files.newInputStream(folder.kept().resolve(Integer.toString(number)));
  }

  @Override
  public InputStream log(RunId run) throws IOException {
    return Files.newInputStream(folder(run).log());
  }

  @Override
  public void forget(RunId run) throws SandboxException {
    try {
      if (busy.contains(run)) {
        throw new SandboxException("run " + run + " is under way: stop it first");
      }
      discard(folder(run));
    } catch (IOException e) {
      throw new SandboxException("run " + run + " cannot be forgotten: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("interrupted while forgetting run " + run, e);
    }
  }

  private void discard(RunFolder folder)
      throws SandboxException, IOException, InterruptedException {
    engine.kill(folder);
    engine.remove(folder);
    Disk.unmount(folder);
    RunFolder.removeAll(folder.path());
  }

  @Override
  public Set<RunId> sweep(Set<RunId> wanted) throws SandboxException {
    try {
      Set<RunId> unwanted = new TreeSet<>(java.util.Comparator.comparing(RunId::text));
      unwanted.addAll(engine.mine());
      try (Stream<Path> folders = Files.list(home.runs())) {
        folders.map(path -> new RunId(path.getFileName().toString())).forEach(unwanted::add);
      }
      unwanted.removeAll(wanted);
      unwanted.removeAll(busy);
      for (RunId run : unwanted) {
        discard(folder(run));
      }
      return unwanted;
    } catch (IOException e) {
      throw new SandboxException("what an earlier life left cannot be read: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("interrupted while cleaning up", e);
    }
  }

  /** What makes two specifications the same run: everything that they say. */
  private static String mark(ContainerSpec spec) {
    try {
      byte[] text = spec.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** A run's beginning as it is kept. */
  private record Begun(String mark, long wallMs) {
    static Optional<Begun> read(RunFolder folder) throws IOException {
      return RunFolder.read(folder.begun())
          .map(text -> text.split(" ", -1))
          .map(parts -> new Begun(parts[0], Long.parseLong(parts[1])));
    }

    static void write(RunFolder folder, String mark) throws IOException {
      RunFolder.write(folder.begun(), mark + " " + System.currentTimeMillis());
    }
  }
}
