// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEpochListener} from "../../src/interfaces/IEpochListener.sol";
import {IOracleCommittee} from "../../src/interfaces/IOracleCommittee.sol";
import {IOracleCommittee, World} from "../World.sol";

/// @title A market's ear
contract Listener is IEpochListener {
    uint64 public heard;
    bool public deaf;

    error Deaf();

    function beDeaf() external {
        deaf = true;
    }

    function onEpoch(uint64 epoch) external {
        if (deaf) revert Deaf();
        heard = epoch;
    }
}

contract OracleCommitteeTest is World {
    bytes32 private constant DIGEST = keccak256("digest");
    Listener private listener;
    address private oracleStake;

    function committeeWiring() internal view override returns (IOracleCommittee.Wiring memory wiring) {
        wiring = super.committeeWiring();
        wiring.listener = address(listener);
        wiring.oracleStake = oracleStake;
    }

    function setUp() public override {
        listener = new Listener();
        oracleStake = makeAddr("oracle stake");
        super.setUp();
    }

    function test_constructor_refusesNoSettlement() public {
        IOracleCommittee.Wiring memory wiring = committeeWiring();
        wiring.settlement = address(0);
        _expectConstructorRevert(wiring, abi.encodeWithSelector(IOracleCommittee.ZeroAddress.selector));
    }

    function test_constructor_refusesNoOverlap() public {
        IOracleCommittee.Wiring memory wiring = committeeWiring();
        wiring.overlapS = 0;
        _expectConstructorRevert(wiring, abi.encodeWithSelector(IOracleCommittee.ZeroOverlap.selector));
    }

    function test_rotateScheme_refusesAnUnknownScheme() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.UnknownScheme.selector, 2));
        vm.prank(governor.addr);
        committee.rotateScheme(2, new bytes(80), new bytes32[](4));
    }

    function test_rotateScheme_refusesHalfAKey() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.WrongKeyBytes.selector, 81));
        vm.prank(governor.addr);
        committee.rotateScheme(1, new bytes(81), new bytes32[](4));
    }

    function test_rotateScheme_refusesAnyoneButTheGovernor() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.NotGovernor.selector, address(this), governor.addr));
        committee.rotateScheme(1, new bytes(80), new bytes32[](4));
    }

    function test_rotateScheme_oneIsWhatRotateDoes() public {
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("new", 4, false);
        bytes memory packed;
        for (uint256 i = 0; i < 4; ++i) {
            packed = abi.encodePacked(packed, keys[i]);
        }
        vm.prank(governor.addr);
        assertEq(committee.rotateScheme(1, packed, pins), 2);
        (,, address[] memory gotKeys, bytes32[] memory gotPins) = committee.committeeOf(2);
        assertEq(gotKeys, keys);
        assertEq(gotPins, pins);
        assertEq(committee.schemeOf(2), 1);
        assertEq(committee.schemeOf(1), 1);
    }

    function test_rotate_refusesANinthEpochWhileTheFirstStillAnswers() public {
        for (uint256 i = 0; i < 7; ++i) {
            _rotateToSame();
        }
        assertEq(committee.oldestEpoch(), 1);
        _expectRotateRevert(4, abi.encodeWithSelector(IOracleCommittee.TooManyEpochs.selector, 1, START + OVERLAP_S));
        skip(OVERLAP_S + 1);
        _rotateToSame();
        assertEq(committee.currentEpoch(), 9);
        assertEq(committee.oldestEpoch(), 2);
        committee.verify(9, DIGEST, 7, _quorum(DIGEST, 7));
        vm.expectRevert(
            abi.encodeWithSelector(IOracleCommittee.EpochRetired.selector, 1, START + OVERLAP_S + 1, uint40(0))
        );
        committee.verify(1, DIGEST, 7, "");
    }

    function test_rotate_tellsTheListeners() public {
        Listener later = new Listener();
        _rotateToSame();
        vm.expectEmit(address(committee));
        emit IOracleCommittee.ListenerChanged(address(later), true);
        vm.prank(governor.addr);
        committee.setListener(address(later), true);
        assertEq(later.heard(), 2, "told at once");
        _rotateToSame();
        assertEq(listener.heard(), 3);
        assertEq(later.heard(), 3);
        vm.prank(governor.addr);
        committee.setListener(address(later), false);
        _rotateToSame();
        assertEq(listener.heard(), 4);
        assertEq(later.heard(), 3, "no longer told");
    }

    function test_rotate_isStoppedByAListenerThatWouldGoOnWithTheOldEpoch() public {
        listener.beDeaf();
        _expectRotateRevert(4, abi.encodeWithSelector(Listener.Deaf.selector));
    }

    function test_setListener_refusesWhatChangesNothing() public {
        vm.startPrank(governor.addr);
        bytes memory refusal = abi.encodeWithSelector(IOracleCommittee.NothingToChange.selector, address(listener));
        vm.expectRevert(refusal);
        committee.setListener(address(listener), true);
        vm.expectRevert(refusal);
        committee.setListener(address(listener), false);
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.NothingToChange.selector, address(7)));
        committee.setListener(address(7), false);
        vm.expectRevert(IOracleCommittee.ZeroAddress.selector);
        committee.setListener(address(0), true);
        vm.stopPrank();
    }

    function test_setListener_refusesASeventh() public {
        vm.startPrank(governor.addr);
        for (uint256 i = 0; i < 6; ++i) {
            committee.setListener(address(new Listener()), true);
        }
        address seventh = address(new Listener());
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.TooManyListeners.selector, 7, 6));
        committee.setListener(seventh, true);
        vm.stopPrank();
    }

    function test_setListener_refusesAnyoneButTheGovernor() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.NotGovernor.selector, address(this), governor.addr));
        committee.setListener(address(7), true);
    }

    function test_setReporter_refusesAnyoneButTheGovernor() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.NotGovernor.selector, address(this), governor.addr));
        committee.setReporter(address(7), true);
    }

    function test_setReporter_refusesWhatChangesNothing() public {
        vm.startPrank(governor.addr);
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.NothingToChange.selector, address(settlement)));
        committee.setReporter(address(settlement), false);
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.NothingToChange.selector, address(7)));
        committee.setReporter(address(7), false);
        vm.expectRevert(IOracleCommittee.ZeroAddress.selector);
        committee.setReporter(address(0), true);
        vm.stopPrank();
    }

    function test_approveReport_refusesAnyoneButASettlement() public {
        bytes memory signed = _quorum(DIGEST, 7);
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.NotReporter.selector, stranger.addr));
        vm.prank(stranger.addr);
        committee.approveReport(1, 1, DIGEST, 7, signed);
        vm.prank(governor.addr);
        committee.setReporter(stranger.addr, true);
        vm.prank(stranger.addr);
        committee.approveReport(1, 1, DIGEST, 7, signed);
        vm.prank(governor.addr);
        committee.setReporter(stranger.addr, false);
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.NotReporter.selector, stranger.addr));
        vm.prank(stranger.addr);
        committee.approveReport(1, 2, DIGEST, 7, signed);
    }

    function test_approveReport_refusesAnIncompleteQuorum() public {
        bytes memory signed = _quorum(DIGEST, 3);
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.WrongSignerCount.selector, 2, 3));
        vm.prank(address(settlement));
        committee.approveReport(1, 1, DIGEST, 3, signed);
    }

    function test_approveReport_countsAPointForEachSigner() public {
        _acceptReport(1, 7);
        _acceptReport(2, 14);
        _assertPoints(1, 2, 2, 1);
    }

    function test_approveReport_countsNoSeqTwice() public {
        _acceptReport(5, 7);
        _acceptReport(5, 7);
        _acceptReport(3, 7);
        _acceptReport(3, 7);
        _assertPoints(2, 2, 2, 0);
    }

    function test_approveReport_countsNothingForASeqLeftFarBehind() public {
        _acceptReport(20, 7);
        _acceptReport(4, 7);
        _acceptReport(3, 7);
        _assertPoints(2, 2, 2, 0);
        _acceptReport(uint64(type(uint32).max) + 1, 7);
        _assertPoints(2, 2, 2, 0);
    }

    function test_approveReport_losesNoPointsWhenLanesAreFull() public {
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("big", 31, true);
        Account[] memory all = oracles;
        delete oracles;
        for (uint256 i = 4; i < all.length; ++i) {
            oracles.push(all[i]);
        }
        vm.prank(governor.addr);
        committee.rotate(keys, pins);
        uint256 bitmask = _firstQuorum();
        bytes memory signed = _quorum(DIGEST, bitmask);
        vm.startPrank(address(settlement));
        for (uint64 seq = 1; seq <= 30; ++seq) {
            committee.approveReport(2, seq, DIGEST, bitmask, signed);
        }
        uint64[] memory points = committee.pointsOf(2);
        for (uint256 i = 0; i < 31; ++i) {
            assertEq(points[i], i < 21 ? 30 : 0);
        }
    }

    function test_verify_refusesACommitteeWhoseOverlapIsOver() public {
        _rotateToSame();
        assertEq(committee.answersUntil(1), START + OVERLAP_S);
        assertEq(committee.answersUntil(2), type(uint40).max);
        bytes memory signed = _quorum(DIGEST, 7);
        skip(OVERLAP_S);
        committee.verify(1, DIGEST, 7, signed);
        skip(1);
        vm.expectRevert(
            abi.encodeWithSelector(IOracleCommittee.EpochRetired.selector, 1, START + OVERLAP_S + 1, START + OVERLAP_S)
        );
        committee.verify(1, DIGEST, 7, signed);
        committee.verify(2, DIGEST, 7, signed);
    }

    function test_verify_refusesEpochZeroAndOneFarAhead() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.UnknownEpoch.selector, 0, 1));
        committee.verify(0, DIGEST, 7, "");
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.UnknownEpoch.selector, (1 << 24) + 1, 1));
        committee.verify((1 << 24) + 1, DIGEST, 7, "");
    }

    function test_removeKey_isTheOracleStakesTooWhenItHasProof() public {
        vm.prank(oracleStake);
        committee.removeKey(oracles[1].addr);
        assertTrue(committee.isRemoved(oracles[1].addr));
        assertEq(committee.removedKeys()[0], oracles[1].addr);
    }

    function test_isSeated_knowsEveryEpochThereEverWas() public {
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("new", 4, false);
        vm.prank(governor.addr);
        committee.rotate(keys, pins);
        assertTrue(committee.isSeated(1, oracles[3].addr));
        assertFalse(committee.isSeated(2, oracles[3].addr));
        assertTrue(committee.isSeated(2, keys[0]));
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.UnknownEpoch.selector, 3, 2));
        committee.isSeated(3, keys[0]);
    }

    /// @dev The address of an epoch's blob follows from the epoch in four forms; the second begins at 128.
    function test_rotate_findsItsKeysThroughHundredsOfEpochs() public {
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("new", 4, false);
        for (uint256 epoch = 2; epoch <= 260; ++epoch) {
            keys[0] = address(uint160(epoch));
            vm.prank(governor.addr);
            committee.rotate(keys, pins);
            skip(OVERLAP_S + 1);
            if (epoch % 16 > 1 && epoch < 255) continue;
            (,, address[] memory got,) = committee.committeeOf(uint64(epoch));
            assertEq(got, keys);
        }
    }

    function _acceptReport(uint64 seq, uint256 bitmask) private {
        bytes memory signed = _quorum(DIGEST, bitmask);
        vm.prank(address(settlement));
        committee.approveReport(1, seq, DIGEST, bitmask, signed);
    }

    function _assertPoints(uint64 a, uint64 b, uint64 c, uint64 d) private view {
        uint64[] memory points = committee.pointsOf(1);
        assertEq(points[0], a);
        assertEq(points[1], b);
        assertEq(points[2], c);
        assertEq(points[3], d);
    }

    function _expectConstructorRevert(IOracleCommittee.Wiring memory wiring, bytes memory refusal) private {
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("new", 4, false);
        vm.expectRevert(refusal);
        deploy("OracleCommittee.sol:OracleCommittee", abi.encode(governor.addr, keys, pins, wiring));
    }

    function test_constructor_refusesNoGovernor() public {
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("new", 4, false);
        vm.expectRevert(IOracleCommittee.ZeroAddress.selector);
        deploy("OracleCommittee.sol:OracleCommittee", abi.encode(address(0), keys, pins, committeeWiring()));
    }

    function test_rotate_refusesAnyoneButTheGovernor() public {
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("new", 4, false);
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.NotGovernor.selector, stranger.addr, governor.addr));
        vm.prank(stranger.addr);
        committee.rotate(keys, pins);
    }

    function test_rotate_refusesASizeThatIsNot3fPlus1() public {
        _expectRotateRevert(5, abi.encodeWithSelector(IOracleCommittee.WrongCommitteeSize.selector, 5));
    }

    function test_rotate_refusesLessThanFour() public {
        _expectRotateRevert(1, abi.encodeWithSelector(IOracleCommittee.WrongCommitteeSize.selector, 1));
    }

    function test_rotate_refusesMoreThanThirtyOne() public {
        _expectRotateRevert(34, abi.encodeWithSelector(IOracleCommittee.WrongCommitteeSize.selector, 34));
    }

    function test_rotate_refusesAMissingPin() public {
        (address[] memory keys,) = _newCommittee("new", 4, false);
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.WrongPinCount.selector, 3, 4));
        vm.prank(governor.addr);
        committee.rotate(keys, new bytes32[](3));
    }

    function test_rotate_refusesTheZeroKey() public {
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("new", 4, false);
        keys[2] = address(0);
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.ZeroKey.selector, 2));
        vm.prank(governor.addr);
        committee.rotate(keys, pins);
    }

    function test_rotate_refusesARepeatedKey() public {
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("new", 4, false);
        keys[3] = keys[1];
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.RepeatedKey.selector, keys[1]));
        vm.prank(governor.addr);
        committee.rotate(keys, pins);
    }

    function test_rotate_refusesARemovedKey() public {
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("new", 4, false);
        vm.startPrank(governor.addr);
        committee.removeKey(keys[0]);
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.RemovedKey.selector, keys[0]));
        committee.rotate(keys, pins);
        vm.stopPrank();
    }

    function test_removeKey_refusesAnyoneButTheGovernor() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.MayNotRemove.selector, address(this)));
        committee.removeKey(address(1));
    }

    function test_removeKey_refusesASecondTime() public {
        vm.startPrank(governor.addr);
        committee.removeKey(address(1));
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.AlreadyRemoved.selector, address(1)));
        committee.removeKey(address(1));
        vm.stopPrank();
    }

    function test_removeKey_refusesTheZeroKey() public {
        vm.expectRevert(IOracleCommittee.ZeroAddress.selector);
        vm.prank(governor.addr);
        committee.removeKey(address(0));
    }

    function test_verify_refusesAnUnknownEpoch() public {
        bytes memory signed = _quorum(DIGEST, 7);
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.UnknownEpoch.selector, 2, 1));
        committee.verify(2, DIGEST, 7, signed);
    }

    function test_verify_refusesOneSignerTooFew() public {
        bytes memory signed = _quorum(DIGEST, 3);
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.WrongSignerCount.selector, 2, 3));
        committee.verify(1, DIGEST, 3, signed);
    }

    function test_verify_refusesOneSignerTooMany() public {
        bytes memory signed = _quorum(DIGEST, 15);
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.WrongSignerCount.selector, 4, 3));
        committee.verify(1, DIGEST, 15, signed);
    }

    function test_verify_refusesABitBeyondTheCommittee() public {
        bytes memory signed = _quorum(DIGEST, 7);
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.SignerOutOfRange.selector, 19, 4));
        committee.verify(1, DIGEST, 19, signed);
    }

    function test_verify_refusesTrailingBytes() public {
        bytes memory signed = bytes.concat(_quorum(DIGEST, 7), hex"00");
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.WrongSignatureLength.selector, 193, 192));
        committee.verify(1, DIGEST, 7, signed);
    }

    function test_verify_refusesOneKeysSignatureTwice() public {
        bytes memory one = _signV27(oracles[0].key, DIGEST);
        vm.expectRevert(
            abi.encodeWithSelector(IOracleCommittee.WrongSigner.selector, 1, oracles[0].addr, oracles[1].addr)
        );
        committee.verify(1, DIGEST, 7, bytes.concat(one, one, one));
    }

    function test_verify_refusesDescendingOrder() public {
        bytes memory signed = bytes.concat(
            _signV27(oracles[1].key, DIGEST), _signV27(oracles[0].key, DIGEST), _signV27(oracles[2].key, DIGEST)
        );
        vm.expectRevert(
            abi.encodeWithSelector(IOracleCommittee.WrongSigner.selector, 0, oracles[1].addr, oracles[0].addr)
        );
        committee.verify(1, DIGEST, 7, signed);
    }

    function test_verify_refusesAnInvalidSignatureWhichRecoversToZero() public {
        bytes memory signed = bytes.concat(new bytes(64), _quorum(DIGEST, 6));
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.WrongSigner.selector, 0, address(0), oracles[0].addr));
        committee.verify(1, DIGEST, 7, signed);
    }

    /// @dev Recovering nothing leaves the recovered signer before in memory, who is not this one.
    function test_verify_refusesAnInvalidSignatureAfterAValidOne() public {
        bytes memory signed = bytes.concat(_quorum(DIGEST, 1), new bytes(64), _quorum(DIGEST, 4));
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.WrongSigner.selector, 1, address(0), oracles[1].addr));
        committee.verify(1, DIGEST, 7, signed);
    }

    function test_verify_refusesTooManySignersForRightlyManySignatures() public {
        bytes memory signed = _quorum(DIGEST, 7);
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.WrongSignerCount.selector, 4, 3));
        committee.verify(1, DIGEST, 15, signed);
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.WrongSignerCount.selector, 2, 3));
        committee.verify(1, DIGEST, 3, signed);
    }

    function test_verify_refusesARemovedKeyInEveryEpoch() public {
        _rotateToSame();
        vm.prank(governor.addr);
        committee.removeKey(oracles[2].addr);
        bytes memory signed = _quorum(DIGEST, 7);
        bytes memory refusal = abi.encodeWithSelector(IOracleCommittee.RemovedKey.selector, oracles[2].addr);
        vm.expectRevert(refusal);
        committee.verify(1, DIGEST, 7, signed);
        vm.expectRevert(refusal);
        committee.verify(2, DIGEST, 7, signed);
    }

    function test_verify_acceptsAQuorumThatDoesWithoutTheRemovedKey() public {
        vm.prank(governor.addr);
        committee.removeKey(oracles[2].addr);
        committee.verify(1, DIGEST, 11, _quorum(DIGEST, 11));
    }

    function test_verify_anOldEpochKeepsAnswering() public {
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("new", 7, false);
        vm.prank(governor.addr);
        assertEq(committee.rotate(keys, pins), 2);
        committee.verify(1, DIGEST, 7, _quorum(DIGEST, 7));
    }

    function test_committeeOf_givesBackKeysAndPins() public {
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("new", 31, false);
        vm.prank(governor.addr);
        committee.rotate(keys, pins);
        (uint8 n, uint8 q, address[] memory gotKeys, bytes32[] memory gotPins) = committee.committeeOf(2);
        assertEq(n, 31);
        assertEq(q, 21);
        assertEq(gotKeys, keys);
        assertEq(gotPins, pins);
    }

    function test_epochDigest_bindsChainContractEpochSizeAndBlob() public {
        bytes memory blob;
        for (uint256 i = 0; i < 4; ++i) {
            blob = abi.encodePacked(blob, oracles[i].addr);
        }
        for (uint256 i = 0; i < 4; ++i) {
            blob = abi.encodePacked(blob, keccak256(abi.encode("oracle", i)));
        }
        bytes memory bound = abi.encodePacked(
            "assay/committee/v1", block.chainid, address(committee), uint64(1), uint8(4), uint8(3), blob
        );
        assertEq(committee.epochDigest(1), keccak256(bound));
        _rotateToSame();
        assertNotEq(committee.epochDigest(1), committee.epochDigest(2));
    }

    function _rotateToSame() private {
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("oracle", 4, false);
        vm.prank(governor.addr);
        committee.rotate(keys, pins);
    }

    function _expectRotateRevert(uint256 n, bytes memory refusal) private {
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("new", n, false);
        vm.expectRevert(refusal);
        vm.prank(governor.addr);
        committee.rotate(keys, pins);
    }
}
