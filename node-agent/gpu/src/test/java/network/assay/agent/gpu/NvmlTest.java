package network.assay.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import network.assay.agent.execute.DeviceReports;
import network.assay.agent.execute.Gpu;
import network.assay.agent.execute.PortException;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.TelemetrySample;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** NVML against a simulated driver; what a real card answers is not shown here. */
class NvmlTest {
  private final Arena arena = Arena.ofShared();
  private final FakeNvml driver = new FakeNvml(arena);

  @AfterEach
  void free() {
    arena.close();
  }

  @Test
  void aMachineWithoutTheLibraryHasNoGpuAndSaysWhy() {
    Gpu gpu = Nvml.open("libassay-no-such-library.so.1");
    assertThat(gpu.read()).isEmpty();
    assertThat(gpu.describe())
        .isEqualTo("no GPU: libassay-no-such-library.so.1 is not on this machine");
  }

  @Test
  void openingOnWhateverMachineThisIsNeverThrows() {
    assertThat(Nvml.open().describe()).isNotEmpty();
  }

  @Test
  void aLibraryWithoutAFunctionIsNoGpu() {
    driver.remove("nvmlDeviceGetPowerUsage");
    assertThat(Nvml.open(driver).describe())
        .isEqualTo("no GPU: the NVML library has no function nvmlDeviceGetPowerUsage");
  }

  @Test
  void cardsSayTheirComputeCapabilityAndTheDriverItsVersion() {
    driver.cards = 2;
    Gpu gpu = Nvml.open(driver);
    assertThat(gpu.cards())
        .containsExactly(
            new Gpu.Card("GPU-0000-0", "Simulated card 0", 80L << 30, 89),
            new Gpu.Card("GPU-0000-1", "Simulated card 1", 80L << 30, 89));
    assertThat(gpu.driverVersion()).isEqualTo("570.86.15");
  }

  @Test
  void anOldLibraryThatDoesNotKnowThemIsStillAGpu() {
    driver.remove("nvmlDeviceGetCudaComputeCapability");
    driver.remove("nvmlSystemGetDriverVersion");
    Gpu gpu = Nvml.open(driver);
    assertThat(gpu.cards())
        .containsExactly(new Gpu.Card("GPU-0000-0", "Simulated card 0", 80L << 30, 0));
    assertThat(gpu.driverVersion()).isEmpty();
  }

  @Test
  void aDriverThatIsNotLoadedIsNoGpu() {
    driver.initCode = 9;
    assertThat(Nvml.open(driver).describe())
        .isEqualTo("no GPU: nvmlInit_v2: the NVIDIA driver is not loaded (NVML 9)");
  }

  @Test
  void aDriverWithoutCardsIsNoGpuAndIsShutDown() {
    driver.cards = 0;
    assertThat(Nvml.open(driver).describe()).isEqualTo("no GPU: the NVIDIA driver reports no card");
    assertThat(driver.shutdowns).isEqualTo(1);
  }

  @Test
  void readingsComeInTheUnitsOfTheProtocol() {
    driver.cards = 2;
    Gpu gpu = Nvml.open(driver);
    assertThat(gpu.describe()).isEqualTo("2 NVIDIA card(s): Simulated card 0, Simulated card 1");
    assertThat(gpu.read())
        .containsExactly(
            new TelemetrySample.Gpu(
                Keccak.hashUtf8("GPU-0000-0"), 870, 71_234, 3L << 20, 61_000, 123_456_789_012L),
            new TelemetrySample.Gpu(
                Keccak.hashUtf8("GPU-0000-1"), 870, 71_234, 3L << 20, 61_000, 123_456_789_012L));
  }

  @Test
  void whatACardDoesNotSayIsAllOnesAndNeverZero() {
    driver.energySupported = false;
    driver.powerMw = -1;
    TelemetrySample.Gpu reading = Nvml.open(driver).read().getFirst();
    assertThat(reading.energyMj()).isEqualTo(TelemetrySample.UNKNOWN_U64);
    assertThat(reading.powerMw()).isEqualTo(TelemetrySample.UNKNOWN_U32);
  }

  @Test
  void moreCardsThanASampleHoldsAreCutOff() {
    driver.cards = 400;
    assertThat(Nvml.open(driver).read()).hasSize(TelemetrySample.GPUS_MAX);
  }

  @Test
  void afterCloseNothingIsCalledAnyMore() throws Exception {
    Gpu gpu = Nvml.open(driver);
    ((AutoCloseable) gpu).close();
    ((AutoCloseable) gpu).close();
    assertThat(gpu.read()).isEmpty();
    assertThat(driver.shutdowns).isEqualTo(1);
  }

  private static List<DeviceReports.Report> reports(Gpu gpu, Bytes32 nonce) throws PortException {
    return ((DeviceReports) gpu).reports(nonce);
  }

  private static final Bytes32 NONCE = Keccak.hashUtf8("a job");

  @Test
  void everyCardIsAskedWithTheNonceAndItsReportAndCertificatesComeWhole() throws Exception {
    driver.cards = 2;
    byte[] chain = new byte[0x1400];
    Arrays.fill(chain, (byte) 'c');
    driver.chains = card -> chain;
    driver.card =
        (card, nonce) -> {
          byte[] report = Arrays.copyOf(nonce, 0x2000);
          report[0x1fff] = (byte) (card + 1);
          return report;
        };
    List<DeviceReports.Report> found = reports(Nvml.open(driver), NONCE);
    assertThat(found).hasSize(2);
    for (int card = 0; card < 2; card++) {
      assertThat(found.get(card).report()).hasSize(0x2000).startsWith(NONCE.toArray());
      assertThat(found.get(card).report()[0x1fff]).isEqualTo((byte) (card + 1));
      assertThat(found.get(card).chain()).isEqualTo(chain);
    }
  }

  @Test
  void aCardOutsideConfidentialComputingIsNamedAndNoHalfOfAMachineIsAttested() {
    driver.cards = 2;
    driver.chains = card -> new byte[] {1};
    driver.card = (card, nonce) -> card == 0 ? new byte[] {1} : new byte[0];
    Gpu gpu = Nvml.open(driver);
    assertThatThrownBy(() -> reports(gpu, NONCE))
        .isInstanceOf(PortException.class)
        .hasMessageContaining("GPU-0000-1 gives no attestation report")
        .hasMessageContaining("confidential computing switched on");
  }

  @Test
  void sizesThatDoNotFitTheStructAreNotRead() {
    driver.chains = card -> new byte[] {1};
    driver.card = (card, nonce) -> new byte[0x2001];
    Gpu gpu = Nvml.open(driver);
    assertThatThrownBy(() -> reports(gpu, NONCE)).hasMessageContaining("got 8193");
    driver.card = (card, nonce) -> new byte[] {1};
    for (int said : new int[] {0, 0x1401, Integer.MAX_VALUE}) {
      driver.chainSizeSaid = said;
      assertThatThrownBy(() -> reports(gpu, NONCE)).isInstanceOf(PortException.class);
    }
  }

  @Test
  void anOlderLibraryStillReadsCardsButAttestsNone() {
    driver.remove("nvmlDeviceGetConfComputeGpuAttestationReport");
    Gpu gpu = Nvml.open(driver);
    assertThat(gpu.read()).hasSize(1);
    assertThatThrownBy(() -> reports(gpu, NONCE)).hasMessageContaining("older than this query");
  }
}
