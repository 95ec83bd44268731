package network.assay.contracts.client.assay;

import java.util.List;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;

/** OracleCommittee: whose signatures count. */
public final class CommitteeCalls {
  private final ContractReader reader;
  private final Address contract;

  CommitteeCalls(ContractReader reader, Address contract) {
    this.reader = reader;
    this.contract = contract;
  }

  public long currentEpoch() {
    return reader.read("current epoch", contract, Abi.call("currentEpoch")).u64();
  }

  /** The committee of an epoch; it never changes. */
  public Committee committee(long epoch) {
    Words in = reader.read("committee " + epoch, contract, Abi.call("committeeOf", Abi.u64(epoch)));
    int n = in.u8();
    in.u8(); // the quorum follows from n
    List<Address> keys = in.words(n).stream().map(word -> Address.of(word.toArray(), 12)).toList();
    return new Committee(epoch, keys, in.words(n));
  }

  public Bytes32 epochDigest(long epoch) {
    return reader
        .read("digest of epoch " + epoch, contract, Abi.call("epochDigest", Abi.u64(epoch)))
        .bytes32();
  }

  public boolean isRemoved(Address key) {
    return reader
        .read("removal of " + key, contract, Abi.call("isRemoved", Abi.address(key)))
        .bool();
  }

  /**
   * The next committee, which takes new jobs. Only the governor: through {@link GovernanceCalls}.
   */
  public TxIntent rotate(String id, List<Address> keys, List<Bytes32> pins) {
    return TxIntent.call(id, contract, Abi.call("rotate", Abi.addresses(keys), Abi.words(pins)));
  }
}
