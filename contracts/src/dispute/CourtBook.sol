// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobState} from "../interfaces/AssayTypes.sol";
import {DisputedJob, IDisputable, Ruling} from "../interfaces/IDisputable.sol";
import {IDisputeCourt} from "../interfaces/IDisputeCourt.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {AssayHash} from "../libraries/AssayHash.sol";
import {Bps} from "../libraries/Bps.sol";
import {PackedVerdicts} from "../libraries/PackedVerdicts.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title What both ways of doubting a verdict share: parameters, bonds, and the dispute's beginning and end
abstract contract CourtBook is IDisputeCourt, EIP712 {
    /// @dev A dispute is open at the settlement exactly while openDemands > 0 or the case is open.
    struct Dispute {
        uint8 demands; // made so far
        uint8 openDemands;
        bool ended; // with a new verdict
    }

    uint256 private constant DEMANDS_MAX_MAX = 16;

    address public immutable vault;
    address public immutable settlement;
    address public immutable market;
    address public immutable devices;
    address public immutable committee;
    address public immutable governor;
    address public immutable panelDraw;

    Params internal _params;
    mapping(uint64 jobId => Dispute) internal _disputes;
    mapping(uint64 jobId => Case) internal _cases;

    constructor(Wiring memory w, Params memory p) EIP712(AssayHash.NAME, AssayHash.VERSION) {
        if (
            w.vault == address(0) || w.settlement == address(0) || w.market == address(0) || w.devices == address(0)
                || w.committee == address(0) || w.governor == address(0)
        ) revert ZeroAddress();
        _requireInRange("answerWindowS", p.answerWindowS, 1, type(uint32).max);
        _requireInRange("voteWindowS", p.voteWindowS, 1, type(uint32).max);
        _requireInRange("graceS", p.graceS, 1, type(uint32).max);
        _requireInRange("demandsMax", p.demandsMax, 1, DEMANDS_MAX_MAX);
        _requireInRange("demandBondMin", p.demandBondMin, 1, type(uint96).max);
        _requireInRange("challengeBondMin", p.challengeBondMin, 1, type(uint96).max);
        _requireInRange("forfeitBps", p.forfeitBps, 0, Bps.ONE / 2);
        _requireInRange("panelPenalty", p.panelPenalty, 0, p.panelDeposit);
        vault = w.vault;
        settlement = w.settlement;
        market = w.market;
        devices = w.devices;
        committee = w.committee;
        governor = w.governor;
        panelDraw = w.panelDraw;
        _params = p;
    }

    function params() external view returns (Params memory) {
        return _params;
    }

    function disputeOf(uint64 jobId) external view returns (uint8 demands, uint8 open, bool ended) {
        Dispute storage dispute = _disputes[jobId];
        return (dispute.demands, dispute.openDemands, dispute.ended);
    }

    function bondsOf(uint64 jobId, uint96 price) external view returns (uint96 demandBond, uint96 challengeBond) {
        return (_demandBond(_disputes[jobId].demands, price), _challengeBond(price));
    }

    /// @dev Every demand twice the one before.
    function _demandBond(uint8 demands, uint96 price) internal view returns (uint96) {
        uint256 first = Math.max(_params.demandBondMin, _shareOf(price, _params.demandBondBps));
        return SafeCast.toUint96(first << demands);
    }

    function _challengeBond(uint96 price) internal view returns (uint96) {
        return SafeCast.toUint96(Math.max(_params.challengeBondMin, _shareOf(price, _params.challengeBondBps)));
    }

    /// @dev The job, disputed from now on. Its facts come from the settlement alone.
    function _enter(bytes calldata shown) internal returns (DisputedJob memory found) {
        found = IDisputable(settlement).disputedJob(shown);
        if (_disputes[found.jobId].ended) revert DisputeEnded(found.jobId);
        if (block.timestamp > found.challengeUntil) revert WindowClosed(block.timestamp, found.challengeUntil);
        if (found.state == JobState.REPORTED) {
            uint256 longest = Math.max(_params.answerWindowS, _params.voteWindowS);
            IDisputable(settlement)
                .openDispute(shown, SafeCast.toUint40(found.challengeUntil + longest + _params.graceS));
        } else if (found.state != JobState.DISPUTED) {
            revert NotDisputable(found.jobId);
        }
    }

    /// @dev Where nobody doubts the verdict any more, it stands.
    function _leaveIfUndoubted(bytes calldata shown, DisputedJob memory found) internal {
        if (_disputes[found.jobId].openDemands > 0 || _cases[found.jobId].open) return;
        IDisputable(settlement).resolveDispute(shown, Ruling(found.code, found.paid, address(0), 0));
    }

    /// @dev A new verdict ends the dispute for all: bonds of demands still open wait for `returnBond`, that of an open
    /// case goes back here.
    function _overturn(bytes calldata shown, DisputedJob memory found, uint8 code, uint96 paid, address challenger)
        internal
    {
        _disputes[found.jobId].ended = true;
        Case storage open = _cases[found.jobId];
        if (open.open) {
            open.open = false;
            _giveBack(found.jobId, open.challenger, open.bond);
        }
        IDisputable(settlement).resolveDispute(shown, Ruling(code, paid, challenger, _params.rewardMax));
    }

    function _fraud(bytes calldata shown, DisputedJob memory found, address challenger) internal {
        _overturn(shown, found, PackedVerdicts.FRAUD, 0, challenger);
    }

    function _takeBond(address from, uint96 amount) internal {
        ITokenVault(vault).takeCredit(from, amount);
    }

    function _giveBack(uint64 jobId, address challenger, uint96 amount) internal {
        emit BondReturned(jobId, challenger, amount);
        ITokenVault(vault).giveCredit(challenger, amount);
    }

    /// @dev Nothing for a counterparty who challenged himself: then losing would be free.
    function _forfeit(uint64 jobId, address challenger, uint96 amount, address counterparty) internal {
        uint96 given = 0;
        if (counterparty != challenger) {
            given = uint96(Math.min(Bps.down(amount, _params.forfeitBps), _params.forfeitMax));
        }
        emit BondForfeited(jobId, challenger, counterparty, given, amount - given);
        if (given > 0) ITokenVault(vault).giveCredit(counterparty, given);
        ITokenVault(vault).burn(amount - given);
    }

    function _pays(uint8 code) internal pure returns (bool) {
        return code == PackedVerdicts.OK || code == PackedVerdicts.PARTIAL;
    }

    function _requireInRange(string memory what, uint256 got, uint256 min, uint256 max) internal pure {
        if (got < min || got > max) revert ParamOutOfRange(what, got, min, max);
    }

    function _shareOf(uint96 price, uint32 bps) private pure returns (uint256) {
        return Math.ceilDiv(uint256(price) * bps, Bps.ONE);
    }
}
