// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DisputedJob} from "../src/interfaces/IDisputable.sol";
import {CourtWorld, IPanelDraw, Panel} from "./CourtWorld.sol";

/// @title The court's world with eight registered oracles, of an operator each, long enough ago
abstract contract PanelWorld is CourtWorld {
    Account[] internal jurors;
    Account[] internal jurorOperators;

    function setUp() public virtual override {
        super.setUp();
        for (uint256 k = 0; k < jurorCount(); ++k) {
            _enlist();
        }
        skip(AGE_S);
        _put(JOB, OK, PRICE);
    }

    function jurorCount() internal pure virtual returns (uint256) {
        return 8;
    }

    function _enlist() internal {
        uint256 k = jurors.length;
        jurors.push(account(string.concat("juror ", vm.toString(k))));
        jurorOperators.push(account(string.concat("operator ", vm.toString(k))));
        _register(jurors[k], jurorOperators[k].addr, ORACLE_BOND);
    }

    function _put(uint64 jobId, uint8 code, uint96 paid, uint40 windowS) internal {
        _put(jobId, code, paid);
        DisputedJob memory found = settlement.disputedJob(_shown(jobId));
        found.challengeUntil = _now() + windowS;
        settlement.put(found);
    }

    function _isJuror(address key) internal view returns (bool) {
        for (uint256 k = 0; k < jurors.length; ++k) {
            if (jurors[k].addr == key) return true;
        }
        return false;
    }

    function _foreseen(uint64 jobId) internal view returns (address[] memory) {
        return panelDraw.foresee(_shown(jobId), "");
    }

    /// @dev By a stranger, a block after the seed's.
    function _draw(uint64 jobId, bytes32 seed) internal returns (address[] memory members) {
        (IPanelDraw.Draw memory draw,) = panelDraw.drawOf(jobId);
        vm.roll(draw.anchor + 1);
        vm.setBlockhash(draw.anchor, keccak256(abi.encode(seed)));
        bytes memory shown = _shown(jobId);
        vm.prank(stranger.addr);
        court.drawPanel(shown, "");
        (, members) = panelDraw.drawOf(jobId);
    }

    function _drawnVotes(uint64 jobId, uint32 number, uint8 code, uint96 paid, uint256 bitmask)
        internal
        view
        returns (bytes memory all)
    {
        (, address[] memory members) = panelDraw.drawOf(jobId);
        bytes32 digest = court.hashVote(jobId, number, code, paid, "reason");
        for (uint256 k = 0; k < members.length; ++k) {
            if ((bitmask >> k) & 1 == 0) continue;
            for (uint256 j = 0; j < jurors.length; ++j) {
                if (jurors[j].addr == members[k]) all = bytes.concat(all, signature(jurors[j].key, digest));
            }
        }
    }

    function _voteDrawn(uint64 jobId, uint32 number, uint8 code, uint96 paid, uint256 bitmask) internal {
        bytes memory all = _drawnVotes(jobId, number, code, paid, bitmask);
        court.vote(_shown(jobId), code, paid, "reason", bitmask, all);
    }

    /// @dev The others withdraw.
    function _leaveOnly(uint256 count) internal {
        for (uint256 k = count; k < 8; ++k) {
            vm.prank(jurorOperators[k].addr);
            oracleStake.requestUnbonding(jurors[k].addr, ORACLE_BOND);
        }
        skip(3 days);
        for (uint256 k = count; k < 8; ++k) {
            vm.prank(jurorOperators[k].addr);
            oracleStake.withdraw(jurors[k].addr);
        }
    }

    function _removeAllBut(uint256 count) internal {
        vm.startPrank(governor.addr);
        for (uint256 k = count; k < 8; ++k) {
            committee.removeKey(jurors[k].addr);
        }
        vm.stopPrank();
    }
}
