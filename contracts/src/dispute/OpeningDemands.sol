// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobState, WorkCommit} from "../interfaces/AssayTypes.sol";
import {IDeviceRegistry} from "../interfaces/IDeviceRegistry.sol";
import {DisputedJob, IDisputable} from "../interfaces/IDisputable.sol";
import {EntryOpening} from "../interfaces/IDisputeCourt.sol";
import {AssayHash} from "../libraries/AssayHash.sol";
import {GemmOpening} from "../libraries/GemmOpening.sol";
import {CourtBook} from "./CourtBook.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

/// @title Way (a): one entry of matrix work, demanded and computed again
abstract contract OpeningDemands is CourtBook {
    mapping(uint64 jobId => mapping(uint8 number => Demand)) private _demands;

    function demandOf(uint64 jobId, uint8 number) external view returns (Demand memory) {
        return _demands[jobId][number];
    }

    function demandOpening(
        bytes calldata shown,
        WorkCommit calldata commit,
        bytes calldata deviceSignature,
        uint32 round,
        uint32 i,
        uint32 j
    ) external returns (uint8 number) {
        DisputedJob memory found = _enter(shown);
        bytes32 commitHash = _requireWork(found, commit, deviceSignature, round, i, j);
        number = _disputes[found.jobId].demands;
        Params storage p = _params;
        if (number >= p.demandsMax) revert TooManyDemands(found.jobId, p.demandsMax);
        uint96 bond = _demandBond(number, found.price);
        _disputes[found.jobId].demands = number + 1;
        _disputes[found.jobId].openDemands += 1;
        uint40 answerUntil = uint40(block.timestamp) + p.answerWindowS;
        _demands[found.jobId][number] =
            Demand(msg.sender, bond, commitHash, answerUntil, round, i, j, DemandStatus.OPEN);
        emit OpeningDemanded(found.jobId, number, msg.sender, commitHash, round, i, j, bond, answerUntil);
        _takeBond(msg.sender, bond);
    }

    function answerOpening(
        bytes calldata shown,
        uint8 number,
        WorkCommit calldata commit,
        EntryOpening calldata opening
    ) external {
        DisputedJob memory found = IDisputable(settlement).disputedJob(shown);
        Demand storage demand = _openDemand(found, number);
        if (block.timestamp > demand.answerUntil) revert DeadlinePassed(block.timestamp, demand.answerUntil);
        bytes32 commitHash = _hashCommit(commit);
        if (commitHash != demand.commitHash) revert WrongCommit(commitHash, demand.commitHash);
        (int256 got, int256 want) = GemmOpening.check(commit, demand.round, demand.i, demand.j, opening);
        emit OpeningAnswered(found.jobId, number, got, want);
        if (got != want) {
            _win(shown, found, demand);
            return;
        }
        demand.status = DemandStatus.ANSWERED;
        _disputes[found.jobId].openDemands -= 1;
        _forfeit(found.jobId, demand.challenger, demand.bond, found.provider);
        _leaveIfUndoubted(shown, found);
    }

    function closeSilent(bytes calldata shown, uint8 number) external {
        DisputedJob memory found = IDisputable(settlement).disputedJob(shown);
        Demand storage demand = _openDemand(found, number);
        if (block.timestamp <= demand.answerUntil) revert DeadlineNotPassed(block.timestamp, demand.answerUntil);
        emit OpeningWithheld(found.jobId, number);
        _win(shown, found, demand);
    }

    function proveWrongEntry(
        bytes calldata shown,
        WorkCommit calldata commit,
        bytes calldata deviceSignature,
        uint32 round,
        uint32 i,
        uint32 j,
        EntryOpening calldata opening
    ) external {
        DisputedJob memory found = _enter(shown);
        _requireWork(found, commit, deviceSignature, round, i, j);
        (int256 got, int256 want) = GemmOpening.check(commit, round, i, j, opening);
        if (got == want) revert EntryIsRight(got);
        emit WrongEntryProven(found.jobId, msg.sender, round, i, j, got, want);
        _fraud(shown, found, msg.sender);
    }

    function returnBond(bytes calldata shown, uint8 number) external {
        DisputedJob memory found = IDisputable(settlement).disputedJob(shown);
        Dispute storage dispute = _disputes[found.jobId];
        Demand storage demand = _demands[found.jobId][number];
        if (demand.status != DemandStatus.OPEN) revert WrongDemandStatus(found.jobId, number, demand.status);
        // Not ended here, yet not disputed there: the settlement's own default happened.
        if (!dispute.ended && found.state == JobState.DISPUTED) revert StillDisputed(found.jobId);
        demand.status = DemandStatus.RETURNED;
        dispute.openDemands -= 1;
        _giveBack(found.jobId, demand.challenger, demand.bond);
    }

    function _win(bytes calldata shown, DisputedJob memory found, Demand storage demand) private {
        demand.status = DemandStatus.WON;
        _disputes[found.jobId].openDemands -= 1;
        _giveBack(found.jobId, demand.challenger, demand.bond);
        _fraud(shown, found, demand.challenger);
    }

    function _openDemand(DisputedJob memory found, uint8 number) private view returns (Demand storage demand) {
        if (_disputes[found.jobId].ended) revert DisputeEnded(found.jobId);
        demand = _demands[found.jobId][number];
        if (demand.status != DemandStatus.OPEN) revert WrongDemandStatus(found.jobId, number, demand.status);
        if (found.state != JobState.DISPUTED) revert NotDisputable(found.jobId);
    }

    /// @dev Whatever the device signed for this job it answers for, were it two commitments.
    function _requireWork(
        DisputedJob memory found,
        WorkCommit calldata commit,
        bytes calldata deviceSignature,
        uint32 round,
        uint32 i,
        uint32 j
    ) private view returns (bytes32 commitHash) {
        if (!_pays(found.code)) revert VerdictPaysNothing(found.jobId, found.code);
        if (commit.jobId != found.jobId) revert WrongJob(commit.jobId, found.jobId);
        GemmOpening.requireEntry(commit, round, i, j);
        commitHash = _hashCommit(commit);
        address signer = ECDSA.recoverCalldata(commitHash, deviceSignature);
        (, uint40 index,,) = IDeviceRegistry(devices).deviceOf(signer);
        if (index != found.deviceIndex) revert WrongDevice(signer, index, found.deviceIndex);
    }

    function _hashCommit(WorkCommit calldata commit) private view returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(AssayHash.domainOf(market), AssayHash.hash(commit));
    }
}
