package network.assay.oracle.verify.work;

import java.util.Optional;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.OpenedRow;
import network.assay.contracts.protocol.Opening;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.WorkCommit;

/**
 * Opening bytes with the signature that came with them. Anyone may have passed them on, so bytes
 * that the device did not sign are no opening at all, and never held against it.
 *
 * @param bytes as {@link OpenedRow#encode} writes them
 */
@SuppressWarnings("ArrayRecordComponent") // opaque bytes, hashed once
public record SignedOpening(byte[] bytes, Signature signature) {

  /**
   * 124 rows of 384 dimensions with their paths take 0.6 MB; wider ones go into several openings.
   */
  public static final int BYTES_MAX = 1 << 20;

  /** Whether the job's device signed exactly these bytes as an opening of this work. */
  public boolean isBy(Address device, WorkCommit commit, Eip712Domain market) {
    if (bytes.length > BYTES_MAX) {
      return false;
    }
    Opening opening = new Opening(commit.jobId(), commit.workRoot(), Keccak.hash(bytes));
    Optional<Address> signer = Secp256k1.recover(opening.digest(market), signature);
    return signer.isPresent() && signer.get().equals(device);
  }
}
