package network.assay.agent.app;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import network.assay.agent.execute.Ports;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * A running agent. Several may run in one process: nothing is static, nothing is scanned for, and
 * the process's logging is left as it is.
 */
public final class AgentNode implements AutoCloseable {
  private final ConfigurableApplicationContext context;

  private AgentNode(ConfigurableApplicationContext context) {
    this.context = context;
  }

  /**
   * Starts an agent: registers and stakes where that is missing, takes up unfinished jobs, offers
   * itself.
   *
   * @throws StartFailedException in one sentence, where it cannot
   */
  public static AgentNode start(AgentConfig config) {
    return start(config, ports -> ports);
  }

  /**
   * Starts an agent whose ports the caller has wrapped or replaced, such as the runtime or the
   * acceptance policy.
   *
   * @param ports gets the real ones and answers with those to be used
   */
  public static AgentNode start(AgentConfig config, UnaryOperator<Ports> ports) {
    SpringApplication application = new SpringApplication(AgentBeans.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.setBannerMode(Banner.Mode.OFF);
    application.setLogStartupInfo(false);
    application.setRegisterShutdownHook(false);
    application.setAddCommandLineProperties(false);
    application.setListeners(withoutLogging(application));
    application.setDefaultProperties(Map.of("spring.jmx.enabled", "false"));
    application.addInitializers(context -> {
      GenericApplicationContext generic = (GenericApplicationContext) context;
      generic.registerBean("agentConfig", AgentConfig.class, () -> config);
      generic.registerBean("portsWrapper", AgentBeans.PortsWrapper.class, () -> ports::apply);
    });
    try {
      return new AgentNode(application.run());
    } catch (RuntimeException e) {
      throw new StartFailedException(root(e), e);
    }
  }

  /**
   * Each context would set the process's logging up anew, and tear it down for all when it closes.
   */
  private static List<ApplicationListener<?>> withoutLogging(SpringApplication application) {
    return application.getListeners().stream()
        .<ApplicationListener<?>>map(listener -> listener)
        .filter(listener -> !(listener instanceof LoggingApplicationListener))
        .toList();
  }

  /** The innermost cause is the sentence; what is around it is Spring's. */
  private static String root(Throwable e) {
    Throwable cause = e.getCause();
    return cause == null ? String.valueOf(e.getMessage()) : root(cause);
  }

  /** The agent could not be started; the message says why. */
  public static final class StartFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartFailedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Where {@code /health} and {@code /status} are served, on loopback. */
  public int healthPort() {
    return context.getBean(HealthServer.class).port();
  }

  /** What the agent is doing. */
  public AgentStatus status() {
    return context.getBean(AgentService.class).status();
  }

  /** Stops; unfinished jobs are taken up at the next start over the same folder. */
  @Override
  public void close() {
    context.close();
  }
}
