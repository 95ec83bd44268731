// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {World} from "../World.sol";

contract QuorumFuzzTest is World {
    function committeeSize() internal pure override returns (uint256) {
        return 7;
    }

    /// @dev A bitmask passes exactly when it has five of seven bits, whatever is signed and whoever signed.
    function testFuzz_verify_takesExactlyAQuorum(uint256 bitmask, bytes32 digest) public view {
        bitmask = bound(bitmask, 0, 255);
        bytes memory signed = _quorum(digest, bitmask);
        bool want = bitmask < 128 && _bits(bitmask) == 5;
        assertEq(_passes(digest, bitmask, signed), want);
    }

    function testFuzz_verify_refusesAnyChangedByte(uint256 where, uint8 flip, bytes32 digest) public view {
        bytes memory signed = _quorum(digest, 0x1f);
        where = bound(where, 0, signed.length - 1);
        vm.assume(flip != 0);
        signed[where] = bytes1(uint8(signed[where]) ^ flip);
        assertFalse(_passes(digest, 0x1f, signed));
    }

    function testFuzz_verify_refusesAnotherDigest(bytes32 digest, bytes32 other) public view {
        vm.assume(digest != other);
        assertFalse(_passes(other, 0x1f, _quorum(digest, 0x1f)));
    }

    /// @dev (r, n − s) recovers another key when v is fixed: no second form of a signature exists.
    function testFuzz_verify_refusesTheMalleableForm(bytes32 digest, uint256 which) public view {
        which = bound(which, 0, 4);
        bytes memory signed = _quorum(digest, 0x1f);
        uint256 offset = 32 + which * 64 + 32;
        assembly ("memory-safe") {
            let place := add(signed, offset)
            mstore(place, sub(CURVE_ORDER, mload(place)))
        }
        assertFalse(_passes(digest, 0x1f, signed));
    }

    function testFuzz_verify_refusesShiftedSigners(bytes32 digest) public view {
        assertFalse(_passes(digest, 0x3e, _quorum(digest, 0x1f)));
    }

    function _passes(bytes32 digest, uint256 bitmask, bytes memory signed) private view returns (bool) {
        try committee.verify(1, digest, bitmask, signed) {
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
}
