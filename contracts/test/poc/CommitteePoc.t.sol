// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOracleCommittee} from "../../src/interfaces/IOracleCommittee.sol";
import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {Report, World} from "../World.sol";

interface IStickyKeyCommittee {
    function rotate(address[] memory keys) external;
    function isAccepted(bytes32 digest, bytes calldata signatures) external view returns (bool);
}

interface IHomelessReports {
    function pay(bytes calldata report, bytes32 r, bytes32 s, uint8 v) external returns (bool);
}

interface ISmallQuorum {
    function isAccepted(bytes32 digest, uint256 bitmask, bytes calldata signatures) external view returns (bool);
}

interface IEagerReports {
    function isFresh(uint40 observedAt) external view returns (bool);
}

interface IRepeatPay {
    function accept(uint256 bitmask) external;
    function points(uint256 signer) external view returns (uint256);
}

/// @title Mistakes of others about who may report: each exploited in its smallest form, and withstood here
contract CommitteePocTest is World {
    bytes32 private constant DIGEST = keccak256("pay the thief");

    /// @dev GOALS: key rotation that leaves the old key valid.
    function test_poc_rotationThatLeavesTheOldKeyValid() public {
        IStickyKeyCommittee mistaken =
            IStickyKeyCommittee(deploy("StickyKeyCommittee.sol:StickyKeyCommittee", abi.encode(_sortedKeys())));
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("new", 4, false);
        mistaken.rotate(keys);
        assertTrue(mistaken.isAccepted(DIGEST, _sortedQuorum()), "exploited: stolen old keys still sign");

        vm.prank(governor.addr);
        committee.rotate(keys, pins);
        bytes memory signed = _quorum(DIGEST, 7);
        // Not for new jobs: those take epoch 2, whose keys these are not.
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.WrongSigner.selector, 0, oracles[0].addr, keys[0]));
        committee.verify(2, DIGEST, 7, signed);
        // For old jobs only as long as those can last.
        skip(OVERLAP_S + 1);
        vm.expectPartialRevert(IOracleCommittee.EpochRetired.selector);
        committee.verify(1, DIGEST, 7, signed);
    }

    /// @dev The same, where a key is known to be stolen: at once, for old jobs too.
    function test_poc_removalThatWaitsForTheNextEpoch() public {
        _running();
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("new", 4, false);
        vm.startPrank(governor.addr);
        committee.rotate(keys, pins);
        committee.removeKey(oracles[0].addr);
        vm.stopPrank();
        bytes memory signed = _quorum(DIGEST, 7);
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.RemovedKey.selector, oracles[0].addr));
        committee.verify(1, DIGEST, 7, signed);
    }

    /// @dev GOALS: signatures without chain id and contract.
    function test_poc_signaturesWithoutChainIdAndContract() public {
        IHomelessReports first =
            IHomelessReports(deploy("HomelessReports.sol:HomelessReports", abi.encode(oracles[0].addr)));
        IHomelessReports second =
            IHomelessReports(deploy("HomelessReports.sol:HomelessReports", abi.encode(oracles[0].addr)));
        bytes memory report = "pay 10 to the provider";
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(oracles[0].key, keccak256(report));
        assertTrue(first.pay(report, r, s, v));
        assertTrue(second.pay(report, r, s, v), "exploited: paid at another contract");
        vm.chainId(99);
        IHomelessReports third =
            IHomelessReports(deploy("HomelessReports.sol:HomelessReports", abi.encode(oracles[0].addr)));
        assertTrue(third.pay(report, r, s, v), "exploited: paid on another chain");
        vm.chainId(31_337);

        Report memory ours = _report(1, _verdict(7, OK, PRICE));
        bytes32 here = settlement.hashReport(ours);
        bytes32 epochHere = committee.epochDigest(1);
        vm.chainId(99);
        assertNotEq(settlement.hashReport(ours), here, "another chain, another digest");
        assertNotEq(committee.epochDigest(1), epochHere);
    }

    /// @dev GOALS: f+1 quorums whose conflicting reports share no signer. With 2f+1 of 3f+1 any two share f+1, so at
    /// least one honest oracle would have signed both, and whoever did is punished (OracleStake.proveTwoReports).
    function test_poc_smallQuorumsWhoseReportsShareNoSigner() public {
        address[] memory keys = new address[](4);
        for (uint256 i = 0; i < 4; ++i) {
            keys[i] = oracles[i].addr;
        }
        ISmallQuorum mistaken = ISmallQuorum(deploy("SmallQuorum.sol:SmallQuorum", abi.encode(keys)));
        bytes32 other = keccak256("slash the victim");
        assertTrue(mistaken.isAccepted(DIGEST, 3, _quorum(DIGEST, 3)));
        assertTrue(mistaken.isAccepted(other, 12, _quorum(other, 12)), "exploited: both, and nobody signed twice");

        for (uint256 a = 0; a < 16; ++a) {
            for (uint256 b = 0; b < 16; ++b) {
                if (_passes(DIGEST, a) && _passes(other, b)) {
                    assertGe(_bits(a & b), 2, "f+1 signers in common");
                }
            }
        }
    }

    /// @dev GOALS: attestation times in the future.
    function test_poc_reportsFromTheFuture() public {
        IEagerReports mistaken = IEagerReports(deploy("EagerReports.sol:EagerReports", ""));
        uint40 nextYear = _now() + 365 days;
        skip(200 days);
        assertTrue(mistaken.isFresh(nextYear), "exploited: signed long ago, and fresh for months to come");

        Report memory report = _report(1, _verdict(7, OK, PRICE));
        report.observedAt = nextYear;
        report.validUntil = nextYear + 1;
        bytes memory signed = _quorum(settlement.hashReport(report), 7);
        vm.expectPartialRevert(ISettlement.ReportFromTheFuture.selector);
        _settleAs(report, signed);
    }

    /// @dev GOALS: paying for self-declared work. A report submitted a hundred times is one report.
    function test_poc_payForTheSameReportAgainAndAgain() public {
        IRepeatPay mistaken = IRepeatPay(deploy("RepeatPay.sol:RepeatPay", ""));
        for (uint256 i = 0; i < 100; ++i) {
            mistaken.accept(7);
        }
        assertEq(mistaken.points(0), 100, "exploited");

        Report memory report = _report(1, _verdict(99, OK, PRICE));
        bytes memory signed = _quorum(settlement.hashReport(report), 7);
        for (uint256 i = 0; i < 100; ++i) {
            _settleAs(report, signed);
        }
        assertEq(committee.pointsOf(1)[0], 1);
    }

    function _settleAs(Report memory report, bytes memory signed) private {
        settlement.settle(
            report,
            _verdict(report.count == 1 && report.observedAt > _now() ? 7 : 99, OK, PRICE),
            new bytes(89),
            7,
            signed
        );
    }

    function _passes(bytes32 digest, uint256 bitmask) private view returns (bool) {
        try committee.verify(1, digest, bitmask, _quorum(digest, bitmask)) {
            return true;
        } catch {
            return false;
        }
    }

    function _bits(uint256 x) private pure returns (uint256 count) {
        for (; x != 0; x >>= 1) {
            count += x & 1;
        }
    }

    function _sortedKeys() private view returns (address[] memory keys) {
        keys = new address[](4);
        for (uint256 i = 0; i < 4; ++i) {
            keys[i] = oracles[i].addr;
        }
    }

    /// @dev Three of the four, ascending by address.
    function _sortedQuorum() private view returns (bytes memory signatures) {
        address last = address(0);
        for (uint256 round = 0; round < 3; ++round) {
            uint256 next = 4;
            for (uint256 i = 0; i < 4; ++i) {
                if (oracles[i].addr <= last) continue;
                if (next == 4 || oracles[i].addr < oracles[next].addr) next = i;
            }
            signatures = bytes.concat(signatures, _signV27(oracles[next].key, DIGEST));
            last = oracles[next].addr;
        }
    }
}
