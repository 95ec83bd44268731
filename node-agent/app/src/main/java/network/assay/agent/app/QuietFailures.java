package network.assay.agent.app;

import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Keeps Spring Boot from printing a stack trace when an agent cannot start: {@link AgentNode#start}
 * throws a sentence instead. Found by Spring through META-INF/spring.factories; contexts of other
 * programs in the process are none of its business.
 */
final class QuietFailures implements SpringBootExceptionReporter {
  private final ConfigurableApplicationContext context;

  QuietFailures(ConfigurableApplicationContext context) {
    this.context = context;
  }

  @Override
  public boolean reportException(Throwable failure) {
    return context.containsBeanDefinition("agentConfig");
  }
}
