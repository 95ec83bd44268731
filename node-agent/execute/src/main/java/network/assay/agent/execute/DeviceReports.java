package network.assay.agent.execute;

import java.util.List;
import network.assay.contracts.protocol.Bytes32;

/** Cards that sign what they run, beside the host's own trusted hardware. */
public interface DeviceReports {

  /** A host with eight GPUs, and room; what a host's evidence takes beside its own quote. */
  int DEVICES_MAX = 15;

  /**
   * One card's word.
   *
   * @param report the SPDM request as it was sent and the card's signed response
   * @param chain the card's certificates, PEM, leaf first
   */
  @SuppressWarnings("ArrayRecordComponent") // handed through, never compared
  record Report(byte[] report, byte[] chain) {}

  /**
   * A report of every card, in a fixed order, each asked with the nonce.
   *
   * @throws PortException where one card gives none: a machine is attested with all its cards, or
   *     not at all
   */
  List<Report> reports(Bytes32 nonce) throws PortException;

  /** A machine whose cards are not asked. */
  static DeviceReports none() {
    return nonce -> List.of();
  }
}
