package network.assay.oracle.node;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.wire.JobView;
import network.assay.contracts.wire.OracleStatus;
import network.assay.oracle.node.app.OpenedParts;
import network.assay.oracle.node.app.OracleApplication;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** A running node, started by a program. Several live in one process: nothing of it is static. */
public final class OracleNode implements AutoCloseable {
  private final ConfigurableApplicationContext context;
  private final OracleEngine engine;

  private OracleNode(ConfigurableApplicationContext context) {
    this.context = context;
    this.engine = context.getBean(OracleEngine.class);
  }

  /**
   * Starts a node; throws with a sentence where the configuration, a file or a port will not do.
   */
  public static OracleNode start(OracleConfig config) {
    Map<String, Object> properties =
        Map.of(
            "server.address",
            config.healthListen().host(),
            "server.port",
            config.healthListen().port(),
            "server.shutdown",
            "immediate",
            "spring.jmx.enabled",
            false,
            "spring.mvc.publish-request-handled-events",
            false,
            "spring.config.name",
            "assay-oracle-node");
    // What a configuration names is opened first: its mistakes are then one sentence, not a failed
    // context.
    OpenedParts parts = OpenedParts.open(config);
    try {
      SpringApplicationBuilder builder =
          new SpringApplicationBuilder(OracleApplication.class)
              .web(WebApplicationType.SERVLET)
              .bannerMode(Banner.Mode.OFF)
              .logStartupInfo(false)
              .registerShutdownHook(false)
              .properties(properties)
              .initializers((GenericApplicationContext made) ->
                  made.registerBean(OpenedParts.class, () -> parts));
      builder.application().setListeners(withoutLogging(builder.application()));
      return new OracleNode(builder.run());
    } catch (RuntimeException e) {
      parts.abandon();
      throw e;
    }
  }

  /** The process's logging is its owner's, not that of one of several contexts within it. */
  private static List<ApplicationListener<?>> withoutLogging(SpringApplication application) {
    return application.getListeners().stream()
        .<ApplicationListener<?>>map(listener -> listener)
        .filter(listener -> !(listener instanceof LoggingApplicationListener))
        .toList();
  }

  public Address address() {
    return engine.address();
  }

  /** SHA-256 of the TLS key's SubjectPublicKeyInfo, as it stands on chain. */
  public Bytes32 pin() {
    return context.getBean(OpenedParts.class).pin();
  }

  /** For agents and readers. */
  public int ingressPort() {
    return engine.ingressPort();
  }

  /** For other oracles. */
  public int peerPort() {
    return engine.peerPort();
  }

  /** For health and metrics, on loopback. */
  public int healthPort() {
    return Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer()).getPort();
  }

  public OracleStatus status() {
    return engine.status();
  }

  /** What this node knows of a job. */
  public JobView job(long jobId) {
    return engine.job(jobId);
  }

  @Override
  public void close() {
    context.close();
  }
}
