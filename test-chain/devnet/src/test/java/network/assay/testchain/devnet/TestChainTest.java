package network.assay.testchain.devnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Keccak;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestChainTest {
  private static final Address FUNDER = Address.of(Keccak.hashUtf8("funder").toArray(), 12);

  @Test
  void anvilStartsFundsAndEnds(@TempDir Path folder) {
    long pid;
    try (TestChain chain = TestChain.start(TestChain.Kind.ANVIL, folder, FUNDER)) {
      pid = chain.pid();
      assertThat(ProcessHandle.of(pid)).isPresent();
      assertThat(chain.version()).containsIgnoringCase("anvil");
      assertThat(chain.rpc().getHost()).isEqualTo("127.0.0.1");
    }
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void besuIsAskedForInASentenceWhereItIsAbsent(@TempDir Path folder) {
    if (BesuChain.binary().isEmpty()) {
      assertThatThrownBy(() -> TestChain.start(TestChain.Kind.BESU, folder, FUNDER))
          .hasMessageContaining("BESU_HOME");
    } else {
      try (TestChain chain = TestChain.start(TestChain.Kind.BESU, folder, FUNDER)) {
        assertThat(chain.version()).containsIgnoringCase("besu");
      }
    }
  }

  @Test
  void unknownChainsAreRefused() {
    assertThatThrownBy(() -> TestChain.Kind.parse("geth")).hasMessageContaining("anvil or besu");
  }

  @Test
  void qbftExtraDataIsItsRlp() {
    byte[] extra = BesuGenesis.extraData(FUNDER);
    // f83a: list of 58 bytes; a0 vanity; d5 94 validators; c0 votes; 80 round; c0 seals
    assertThat(Hex.encode(extra))
        .isEqualTo("0xf83aa0" + "00".repeat(32) + "d594" + FUNDER.hex().substring(2) + "c080c0");
  }
}
