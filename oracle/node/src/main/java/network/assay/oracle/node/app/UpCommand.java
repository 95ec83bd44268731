package network.assay.oracle.node.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import network.assay.oracle.node.OracleConfig;
import network.assay.oracle.node.OracleNode;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingInitializationContext;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.env.StandardEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the node until the process is told to stop. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = "Runs the node until it is stopped.")
public final class UpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--config", required = true, description = "the node's configuration, JSON")
  private Path config = Path.of("");

  @Override
  public Integer call() throws InterruptedException {
    startLogging();
    CountDownLatch told = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    try (OracleNode node = OracleNode.start(OracleConfig.read(config, System.getenv()))) {
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform()
                  .name("assay-stop")
                  .unstarted(() -> {
                    told.countDown();
                    await(closed);
                  }));
      var out = spec.commandLine().getOut();
      out.println("oracle   " + node.address());
      out.println("TLS pin  " + node.pin());
      out.println("agents   port " + node.ingressPort());
      out.println("oracles  port " + node.peerPort());
      out.println("health   http://127.0.0.1:" + node.healthPort() + "/health");
      out.flush();
      told.await();
    } finally {
      closed.countDown();
    }
    return 0;
  }

  private static void startLogging() {
    LoggingSystem logging = LoggingSystem.get(UpCommand.class.getClassLoader());
    logging.beforeInitialize();
    logging.initialize(new LoggingInitializationContext(new StandardEnvironment()), null, null);
    logging.setLogLevel("ROOT", LogLevel.WARN);
    logging.setLogLevel("network.assay", LogLevel.INFO);
  }

  /** The process ends when this returns: by then the node has stopped, or takes too long for it. */
  private static void await(CountDownLatch closed) {
    try {
      boolean inTime = closed.await(15, TimeUnit.SECONDS);
      if (!inTime) {
        System.err.println(
            "assay: the node did not stop within 15 s; its file is safe all the same");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
