package network.assay.oracle.node.app;

import java.io.IOException;
import network.assay.oracle.node.OracleEngine;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * The beans of one node. Auto-configuration is named, not discovered: other programs' libraries may
 * share the class path, and a database of theirs is none of this node's business.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@ImportAutoConfiguration({
  TomcatServletWebServerAutoConfiguration.class,
  DispatcherServletAutoConfiguration.class,
  WebMvcAutoConfiguration.class
})
public class OracleApplication {
  @Bean(destroyMethod = "close")
  OracleEngine oracleEngine(OpenedParts parts) throws IOException {
    return OracleEngine.start(parts.parts());
  }

  @Bean
  HealthController healthController(OracleEngine engine) {
    return new HealthController(engine);
  }
}
