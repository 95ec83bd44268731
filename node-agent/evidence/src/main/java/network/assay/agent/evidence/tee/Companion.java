package network.assay.agent.evidence.tee;

import java.util.ArrayList;
import java.util.List;
import network.assay.agent.execute.DeviceReports;
import network.assay.agent.execute.PortException;
import network.assay.contracts.protocol.Bytes32;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.compose.GpuNonce;

/** What stands in a bundle beside the host's own quote, and is bound to it. */
@FunctionalInterface
public interface Companion {

  /**
   * Evidence that belongs to a host's quote.
   *
   * @param binding the first 32 bytes of that quote's report data
   * @throws PortException in one sentence; the machine is then not attested at all
   */
  List<Evidence> beside(Bytes32 binding) throws PortException;

  /** The machine's GPUs, each asked with the nonce that follows from the binding. */
  static Companion gpus(DeviceReports cards) {
    return binding -> {
      List<Evidence> all = new ArrayList<>();
      for (DeviceReports.Report card : cards.reports(GpuNonce.of(binding))) {
        all.add(new Evidence(Family.NVIDIA_GPU, card.report(), List.of(card.chain())));
      }
      if (all.isEmpty()) {
        throw new PortException("want reports of this machine's GPUs, got a machine without any");
      }
      return all;
    };
  }
}
