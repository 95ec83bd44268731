package network.assay.coordinator.app.api;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import network.assay.coordinator.app.api.NetworkController.HealthView;
import network.assay.coordinator.app.flow.Chain;
import network.assay.coordinator.app.flow.Intake;
import network.assay.coordinator.app.flow.OfferDesk;
import network.assay.coordinator.app.flow.Quotes;
import network.assay.coordinator.app.flow.Stops;
import network.assay.coordinator.app.store.Bell;
import network.assay.coordinator.app.store.Database;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ApplicationListener;
import org.springframework.context.support.GenericApplicationContext;

/**
 * The HTTP interface as a Spring context of its own. Nothing is scanned and nothing is configured
 * that is not named here, so that several live in one process beside others.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@ImportAutoConfiguration({
  TomcatServletWebServerAutoConfiguration.class,
  DispatcherServletAutoConfiguration.class,
  WebMvcAutoConfiguration.class,
  HttpMessageConvertersAutoConfiguration.class,
  JacksonAutoConfiguration.class
})
public class ApiApplication {

  /** What the interface serves. */
  public record Parts(
      Database database,
      Chain chain,
      OfferDesk desk,
      Intake intake,
      Quotes quotes,
      Bell bell,
      boolean webhooksToPrivateHosts,
      Supplier<HealthView> health) {}

  /** A running interface. */
  public record Running(ServletWebServerApplicationContext context) implements AutoCloseable {
    public int port() {
      return java.util.Objects.requireNonNull(context.getWebServer()).getPort();
    }

    @Override
    public void close() {
      context.close();
    }
  }

  /**
   * Starts serving.
   *
   * @param port 0 for any free one
   */
  public static Running start(Parts parts, String host, int port) {
    Map<String, Object> properties =
        Map.ofEntries(
            Map.entry("server.address", host),
            Map.entry("server.port", port),
            Map.entry("server.shutdown", "immediate"),
            // Each may have sent us a whole body: 512 of them are 200 MB.
            Map.entry("server.tomcat.max-connections", 512),
            Map.entry("server.tomcat.connection-timeout", "10s"),
            Map.entry("server.max-http-request-header-size", "16KB"),
            Map.entry("spring.threads.virtual.enabled", "true"),
            Map.entry("spring.jmx.enabled", "false"),
            Map.entry("spring.main.register-shutdown-hook", "false"),
            Map.entry("spring.config.location", "optional:classpath:/assay/coordinator/none/"),
            Map.entry("spring.web.resources.add-mappings", "false"));
    SpringApplicationBuilder builder =
        new SpringApplicationBuilder(ApiApplication.class)
            .web(WebApplicationType.SERVLET)
            .bannerMode(Banner.Mode.OFF)
            .logStartupInfo(false)
            .registerShutdownHook(false)
            .properties(properties)
            .initializers(context -> register((GenericApplicationContext) context, parts));
    SpringApplication application = builder.application();
    application.setListeners(withoutLogging(application));
    return new Running((ServletWebServerApplicationContext) builder.run());
  }

  /** The process's logging is its owner's, not that of one of several contexts within it. */
  private static List<ApplicationListener<?>> withoutLogging(SpringApplication application) {
    return application.getListeners().stream()
        .<ApplicationListener<?>>map(listener -> listener)
        .filter(listener -> !(listener instanceof LoggingApplicationListener))
        .toList();
  }

  private static void register(GenericApplicationContext context, Parts parts) {
    JobPage page = new JobPage(parts.database(), parts.chain());
    context.registerBean(Problems.class, () -> new Problems());
    context.registerBean(QuoteController.class, () -> new QuoteController(parts.quotes()));
    context.registerBean(
        JobController.class,
        () ->
            new JobController(
                parts.intake(),
                new Stops(parts.database(), System::currentTimeMillis),
                parts.database(),
                page,
                parts.webhooksToPrivateHosts()));
    context.registerBean(
        AcceptanceController.class,
        () ->
            new AcceptanceController(
                parts.database(),
                page,
                parts.chain().deployment().marketDomain(),
                System::currentTimeMillis));
    context.registerBean(
        StreamController.class, () -> new StreamController(parts.database(), page, parts.bell()));
    context.registerBean(
        NetworkController.class,
        () -> new NetworkController(parts.chain(), parts.desk(), parts.health()));
  }
}
