// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DisputedJob, IDisputable} from "../interfaces/IDisputable.sol";
import {IOracleCommittee} from "../interfaces/IOracleCommittee.sol";
import {IOracleStake} from "../interfaces/IOracleStake.sol";
import {IPanelDraw, Panel} from "../interfaces/IPanelDraw.sol";
import {BlockRandomness} from "../libraries/BlockRandomness.sol";

/// @title PanelDraw: documented on its interface, IPanelDraw
contract PanelDraw is IPanelDraw {
    uint256 private constant SIZE_MAX = 31;
    uint256 private constant PARTIES = 3;
    string private constant TAG = "assay/panel/1";

    address public immutable court;
    address public immutable settlement;
    address public immutable oracleStake;
    address public immutable committee;
    uint8 private immutable SIZE;
    uint32 private immutable DELAY_BLOCKS;
    uint32 private immutable AGE_S;
    bool private immutable RANDAO;

    mapping(uint64 jobId => Draw) private _draws;
    mapping(uint64 jobId => address[]) private _members;

    modifier onlyCourt() {
        if (msg.sender != court) revert NotCourt(msg.sender, court);
        _;
    }

    constructor(address court_, address settlement_, address oracleStake_, address committee_, Params memory p) {
        if (court_ == address(0) || settlement_ == address(0) || oracleStake_ == address(0) || committee_ == address(0))
        {
            revert ZeroAddress();
        }
        if (p.size == 0 || p.size > SIZE_MAX) revert ParamOutOfRange("size", p.size, 1, SIZE_MAX);
        if (p.delayBlocks == 0) revert ParamOutOfRange("delayBlocks", 0, 1, type(uint32).max);
        court = court_;
        settlement = settlement_;
        oracleStake = oracleStake_;
        committee = committee_;
        SIZE = p.size;
        DELAY_BLOCKS = p.delayBlocks;
        AGE_S = p.ageS;
        RANDAO = p.randao;
    }

    function params() external view returns (Params memory) {
        return Params(SIZE, DELAY_BLOCKS, AGE_S, RANDAO);
    }

    function drawOf(uint64 jobId) external view returns (Draw memory, address[] memory) {
        return (_draws[jobId], _members[jobId]);
    }

    function membersOf(uint64 jobId) external view returns (address[] memory) {
        return _members[jobId];
    }

    function summon(bytes calldata shown, address challenger) external onlyCourt returns (Panel) {
        DisputedJob memory job = IDisputable(settlement).disputedJob(shown);
        Draw storage last = _draws[job.jobId];
        bool again = last.challengeUntil == job.challengeUntil;
        if (again && (last.panel != Panel.AWAITED || isReachable(last.anchor))) return last.panel;
        if (IOracleStake(oracleStake).oracleCount() < SIZE) {
            if (last.panel == Panel.AWAITED) last.panel = Panel.NAMED; // of an earlier verdict, maybe
            return Panel.NAMED;
        }
        uint16 places = IOracleStake(oracleStake).places();
        uint64 anchor = uint64(block.number) + DELAY_BLOCKS;
        _draws[job.jobId] = Draw(anchor, uint40(block.timestamp), job.challengeUntil, places, Panel.AWAITED, challenger);
        emit PanelAwaited(job.jobId, anchor, places);
        return Panel.AWAITED;
    }

    function draw(bytes calldata shown, bytes calldata header) external onlyCourt returns (Panel panel) {
        DisputedJob memory job = IDisputable(settlement).disputedJob(shown);
        if (_draws[job.jobId].panel != Panel.AWAITED) revert NothingToDraw(job.jobId);
        address[] memory members = _foresee(job, header);
        panel = members.length == 0 ? Panel.NAMED : Panel.DRAWN;
        _draws[job.jobId].panel = panel;
        _members[job.jobId] = members;
        emit PanelDrawn(job.jobId, members);
    }

    function penalise(uint64 jobId, uint256 spared, uint96 penalty) external onlyCourt {
        address[] storage members = _members[jobId];
        for (uint256 k = 0; k < members.length; ++k) {
            if ((spared >> k) & 1 == 0) IOracleStake(oracleStake).penalise(members[k], penalty);
        }
    }

    function requireAble(address member) external view {
        (,,,, bool punished) = IOracleStake(oracleStake).bondOf(member);
        if (punished || IOracleCommittee(committee).isRemoved(member)) revert MayNotVote(member);
    }

    function candidates(uint64 epoch) external view returns (uint256 count) {
        address[PARTIES] memory nobody;
        uint16 places = IOracleStake(oracleStake).places();
        (, count) = _first(places, 0, epoch, uint40(block.timestamp), places, nobody);
    }

    function isReachable(uint64 anchor) public view returns (bool) {
        return anchor >= block.number || BlockRandomness.hashOf(anchor) != 0;
    }

    function foresee(bytes calldata shown, bytes calldata header) external view returns (address[] memory) {
        return _foresee(IDisputable(settlement).disputedJob(shown), header);
    }

    function _foresee(DisputedJob memory job, bytes calldata header) private view returns (address[] memory) {
        Draw storage made = _draws[job.jobId];
        bytes32 random = BlockRandomness.hashOf(made.anchor);
        if (random == 0) revert BlockUnknown(made.anchor);
        if (RANDAO) random = BlockRandomness.mixOf(random, header);
        bytes32 seed = keccak256(abi.encode(TAG, block.chainid, address(this), job.jobId, made.anchor, random));
        address[PARTIES] memory parties = [job.consumer, job.provider, made.challenger];
        (address[] memory members, uint256 count) = _first(SIZE, seed, job.epoch, made.openedAt, made.places, parties);
        return count == SIZE ? members : new address[](0);
    }

    /// @dev Walks the places in the seed's order: a shuffle from the front that stops where enough are found. One who
    /// drops out makes room for the next of that order, and changes nothing else.
    function _first(
        uint256 wanted,
        bytes32 seed,
        uint64 epoch,
        uint40 openedAt,
        uint256 places,
        address[PARTIES] memory parties
    ) private view returns (address[] memory members, uint256 count) {
        (address[] memory keys, address[] memory barred, uint256 bars) = _barred(epoch, wanted, parties);
        members = new address[](wanted);
        uint256[] memory order = new uint256[](places); // place + 1; 0: not moved yet
        for (uint256 k = 0; k < places && count < wanted; ++k) {
            uint256 other = k + uint256(keccak256(abi.encode(seed, k))) % (places - k);
            uint256 place = order[other] == 0 ? other : order[other] - 1;
            order[other] = order[k] == 0 ? k + 1 : order[k];
            (address key, address operator) = IOracleStake(oracleStake).jurorAt(place, openedAt, AGE_S);
            if (key == address(0) || _isAmong(key, keys, keys.length) || _isAmong(operator, barred, bars)) continue;
            if (IOracleCommittee(committee).isRemoved(key)) continue;
            members[count++] = key;
            barred[bars++] = operator;
        }
    }

    /// @return keys of the committee
    /// @return barred operators: the committee's, and the parties; room for the members'
    function _barred(uint64 epoch, uint256 wanted, address[PARTIES] memory parties)
        private
        view
        returns (address[] memory keys, address[] memory barred, uint256 bars)
    {
        (,, keys,) = IOracleCommittee(committee).committeeOf(epoch);
        barred = new address[](PARTIES + keys.length + wanted);
        for (; bars < PARTIES; ++bars) {
            barred[bars] = parties[bars];
        }
        for (uint256 k = 0; k < keys.length; ++k) {
            (address operator,,,,) = IOracleStake(oracleStake).bondOf(keys[k]);
            barred[bars++] = operator;
        }
    }

    function _isAmong(address one, address[] memory all, uint256 count) private pure returns (bool) {
        for (uint256 k = 0; k < count; ++k) {
            if (all[k] == one) return true;
        }
        return false;
    }
}
