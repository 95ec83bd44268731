package network.assay.contracts.client.assay;

import java.util.List;
import network.assay.contracts.protocol.Address;

/**
 * Who decides what in a deployment, and how long it waits; see IGovernance and IGuardian. No
 * account is a governor itself: the contracts' governor is the access manager, and its only
 * administrator the timelock.
 *
 * @param timelockDelayS seconds that a proposal waits
 * @param rotationDelayS seconds that a rotation of the committee waits
 * @param proposers may propose to the timelock, and cancel there; anyone executes what has waited
 * @param rotator may schedule rotations; zero: only the timelock
 * @param emergency may remove an oracle's key at once; zero: only the timelock
 * @param keeper may stop new jobs; zero: nobody
 * @param attester may confirm that a platform is a device's
 * @param publisher publishes roots of rewards, which the timelock may veto
 */
public record Governors(
    long timelockDelayS,
    long rotationDelayS,
    List<Address> proposers,
    Address rotator,
    Address emergency,
    Address keeper,
    Address attester,
    Address publisher) {
  public Governors {
    proposers = List.copyOf(proposers);
  }

  /** One account in every role, which waits for a second: for development chains. */
  public static Governors development(Address account) {
    return new Governors(1, 1, List.of(account), account, account, account, account, account);
  }

  /** Members that Governance hands on and keeps no view of. */
  List<String> unread() {
    return List.of(
        "timelockDelayS", "rotationDelayS", "proposers", "rotator", "emergency", "committee");
  }

  /** The timelock's own arguments: anyone executes, and nobody administers it but itself. */
  Arguments timelock() {
    return new Arguments()
        .u256("minDelay", timelockDelayS, "seconds", "getMinDelay")
        .addresses("proposers", proposers, "")
        .addresses("executors", List.of(Address.ZERO), "anyone")
        .address("admin", Address.ZERO, "");
  }

  List<Param> members(Address committee) {
    return List.of(
        Param.u32("timelockDelayS", timelockDelayS, "seconds that a proposal waits"),
        Param.u32("rotationDelayS", rotationDelayS, "seconds that a rotation waits"),
        Param.addresses("proposers", proposers, "may propose to the timelock"),
        Param.address("rotator", rotator, "may schedule rotations"),
        Param.address("emergency", emergency, "may remove an oracle's key at once"),
        Param.address("committee", committee));
  }
}
