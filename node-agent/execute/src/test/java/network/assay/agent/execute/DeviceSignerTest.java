package network.assay.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.WorkCommit;
import org.junit.jupiter.api.Test;

class DeviceSignerTest {
  private final World world = new World();
  private final Map<String, Bytes32> memory = new HashMap<>();
  private final DeviceSigner signer = new DeviceSigner(world.device, world.market, this::reserve);

  private void reserve(String slot, Bytes32 digest) {
    Bytes32 known = memory.putIfAbsent(slot, digest);
    if (known != null && !known.equals(digest)) {
      throw new SignOnce.AlreadySignedException(slot, digest, known);
    }
  }

  private WorkCommit commit(int rows) {
    return new WorkCommit(
        9,
        world.device.address(),
        Bytes32.ZERO,
        Bytes32.ZERO,
        1,
        rows,
        Bytes32.ZERO,
        Bytes32.ZERO,
        Bytes32.ZERO,
        Bytes32.ZERO,
        100);
  }

  @Test
  void theSameWorkCommitIsSignedAgainInTheSameWay() {
    assertThat(signer.workCommit(commit(1))).isEqualTo(signer.workCommit(commit(1)));
    assertThat(signer.workCommit(commit(1)).signedBy(world.device.address(), world.market))
        .isTrue();
  }

  @Test
  void twoDifferentWorkCommitsOfOneJobAreNeverSigned() {
    Signed<WorkCommit> _ = signer.workCommit(commit(1));
    assertThatThrownBy(() -> signer.workCommit(commit(2)))
        .isInstanceOf(SignOnce.AlreadySignedException.class)
        .hasMessageStartingWith("WorkCommit/9 was signed already");
  }

  @Test
  void nothingIsSignedThatCouldNotBeNoted() {
    DeviceSigner broken =
        new DeviceSigner(
            world.device,
            world.market,
            (slot, digest) -> {
              throw new IllegalStateException("disk full");
            });
    assertThatThrownBy(() -> broken.workCommit(commit(1))).hasMessage("disk full");
  }
}
