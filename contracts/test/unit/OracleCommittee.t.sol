// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOracleCommittee} from "../../src/interfaces/IOracleCommittee.sol";
import {IOracleCommittee, World} from "../World.sol";

contract OracleCommitteeTest is World {
    bytes32 private constant DIGEST = keccak256("digest");

    function test_constructor_refusesNoGovernor() public {
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("new", 4, false);
        vm.expectRevert(IOracleCommittee.ZeroAddress.selector);
        deploy("OracleCommittee.sol:OracleCommittee", abi.encode(address(0), keys, pins));
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
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.NotGovernor.selector, address(this), governor.addr));
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
