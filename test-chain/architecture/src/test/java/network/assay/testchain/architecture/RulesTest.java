package network.assay.testchain.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules themselves, on code that breaks them on purpose: a rule that cannot fail says nothing.
 */
class RulesTest {
  private static final String FIXTURES = "network.assay.testchain.architecture.fixture";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "uses java.nio.file.Files",
        "uses java.net.Socket",
        "java.security.SecureRandom.<init>()",
        "java.time.Instant.now()",
        "java.time.Clock.systemUTC()",
        "java.lang.System.currentTimeMillis()",
        "java.lang.System.nanoTime()",
        "java.util.Random.<init>()",
        "java.util.UUID.randomUUID()",
        "java.lang.System.getenv(java.lang.String)",
        "java.lang.Thread.ofVirtual()",
      })
  void purityRefuses(String what) {
    assertThat(Purity.violations(fixture("Impure"))).anyMatch(sentence -> sentence.contains(what));
  }

  @Test
  void purityLeavesPureCodeAlone() {
    assertThat(Purity.violations(fixture("Pure"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "contracts/protocol, contracts/wire",
    "contracts/client, contracts/wire",
    "oracle/verify, contracts/client",
    "oracle/report, oracle/verify",
    "oracle/replay, contracts/client",
    "coordinator/app, oracle/node",
    "coordinator/client, coordinator/app",
    "node-agent/app, coordinator/client",
    "node-agent/gpu, node-agent/runtime",
    "oracle/node, node-agent/execute",
    "oracle/node, test-chain/devnet",
  })
  void directionRefuses(String from, String to) {
    assertThat(Direction.allows(from, to)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "contracts/wire, contracts/protocol",
    "oracle/node, oracle/report",
    "node-agent/app, oracle/replay",
    "coordinator/app, oracle/verify",
    "test-chain/devnet, oracle/node",
  })
  void directionAllows(String from, String to) {
    assertThat(Direction.allows(from, to)).isTrue();
  }

  @Test
  void anUnknownModuleIsNotKnown() {
    assertThat(Direction.knows("oracle/attic")).isFalse();
  }

  private static JavaClass fixture(String name) {
    List<JavaClass> found =
        new ClassFileImporter()
            .importPackages(Set.of(FIXTURES)).stream()
                .filter(type -> type.getSimpleName().equals(name))
                .toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }
}
