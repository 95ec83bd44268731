// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The mistake: a state that only one party can leave, and nothing makes him
contract StuckJobs {
    error NotProvider();
    error NotOpen();

    enum State {
        NONE,
        OPEN,
        TAKEN,
        DONE
    }

    mapping(uint256 jobId => State) public stateOf;
    mapping(uint256 jobId => address) private _provider;
    mapping(address account => uint256) public balanceOf;

    function open(uint256 jobId) external {
        stateOf[jobId] = State.OPEN;
    }

    function take(uint256 jobId) external {
        stateOf[jobId] = State.TAKEN;
        _provider[jobId] = msg.sender;
    }

    function finish(uint256 jobId) external {
        if (msg.sender != _provider[jobId]) revert NotProvider();
        stateOf[jobId] = State.DONE;
    }

    function cancel(uint256 jobId) external {
        if (stateOf[jobId] != State.OPEN) revert NotOpen();
        stateOf[jobId] = State.DONE;
        balanceOf[msg.sender] += 1;
    }
}
