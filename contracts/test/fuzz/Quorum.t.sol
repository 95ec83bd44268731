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

/// @title Points in the largest committee, whose lanes of three bits are full every seven reports
contract PointsFuzzTest is World {
    bytes32 private constant DIGEST = keccak256("digest");

    function committeeSize() internal pure override returns (uint256) {
        return 31;
    }

    /// @dev However uneven the signers: each has a point for each report that it signed.
    /// forge-config: default.fuzz.runs = 12
    /// forge-config: deep.fuzz.runs = 400
    function testFuzz_points_areOneForEachReportASignerSigned(uint256 random) public {
        bytes[] memory signed = new bytes[](31);
        for (uint256 i = 0; i < 31; ++i) {
            signed[i] = _signV27(oracles[i].key, DIGEST);
        }
        uint64[] memory want = new uint64[](31);
        for (uint64 seq = 1; seq <= 40; ++seq) {
            random = uint256(keccak256(abi.encode(random)));
            uint256 bitmask = random % 3 == 0 ? (1 << 21) - 1 : _someOf(random);
            bytes memory signatures;
            for (uint256 i = 0; i < 31; ++i) {
                if ((bitmask >> i) & 1 == 0) continue;
                signatures = bytes.concat(signatures, signed[i]);
                want[i] += 1;
            }
            vm.prank(address(settlement));
            committee.approveReport(1, seq, DIGEST, bitmask, signatures);
        }
        uint64[] memory got = committee.pointsOf(1);
        for (uint256 i = 0; i < 31; ++i) {
            assertEq(got[i], want[i]);
        }
    }

    /// @dev 21 of 31.
    function _someOf(uint256 random) private pure returns (uint256 bitmask) {
        bitmask = (1 << 31) - 1;
        for (uint256 left = 10; left > 0;) {
            uint256 bit = 1 << (random % 31);
            random = uint256(keccak256(abi.encode(random)));
            if (bitmask & bit == 0) continue;
            bitmask ^= bit;
            --left;
        }
    }
}
